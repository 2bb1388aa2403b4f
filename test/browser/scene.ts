import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { systemClock } from '../../src/clock.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { lamp } from '../support/devices-say.ts'
import { patientDevice } from '../support/patient-device.ts'
import { prepareFolder } from '../support/prepared.ts'
import { freePorts, serve } from '../support/process.ts'
import { strandkoping, type ServiceOptions } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** The service with lamps that can speak, and a browser's way in. */
export interface Scene extends AsyncDisposable {
  readonly http: string
  readonly password: string
  say(device: string, state: 'lit' | 'dark'): Promise<void>
}

/** The real program with lamps that can speak; `also` lives there too. `edit` changes the demo's files. */
export async function running(
  lamps: readonly string[],
  also?: OrganisationId,
  edit?: ServiceOptions['edit'],
): Promise<Scene> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const { secrets, password } = await prepareFolder(folder.path, lamps, {
    ...(also !== undefined && { also }),
    ...(edit !== undefined && { edit }),
  })
  const ports = await freePorts()
  const service = serve(folder.path, ports)
  starting.defer(async () => {
    service.child.kill('SIGTERM')
    await service.ended
  })
  await service.ready
  const url = `mqtt://127.0.0.1:${ports.mqtt}`
  const devices = new Map(
    [...secrets].map(([device, credential]) => {
      const topic = `lights/${strandkoping}/${device}/status`
      return [device, patientDevice({ url, device, topic, ...credential })]
    }),
  )
  starting.defer(async () => {
    await Promise.all([...devices.values()].map((device) => device.stop()))
  })
  const stack = starting.move()
  return {
    http: `http://localhost:${ports.http}`,
    password,
    async say(device, state) {
      await devices.get(device)?.say(JSON.stringify(lamp(systemClock.now(), state)))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Logs somebody in, the operator unless told; the alarms are the first page. */
export async function logIn(
  page: Page,
  scene: Scene,
  email = 'drift@strandkoping.example',
): Promise<void> {
  await page.goto(`${scene.http}/console/`)
  await page.getByLabel(/Organisation/).fill(strandkoping)
  await page.getByLabel(/E-post/).fill(email)
  await page.getByLabel(/Lösenord/).fill(scene.password)
  await page.getByRole('button', { name: 'Logga in' }).click()
  await page.getByRole('heading', { name: 'Larm' }).waitFor()
}

const violations = z.array(z.object({ id: z.string(), impact: z.string().nullish() }))

/** What axe finds that keeps people with a disability out, by WCAG 2.2 A and AA. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found: unknown = await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((r) => r.violations)",
  )
  return violations.parse(found).map(({ id, impact }) => `${id} (${impact})`)
}
