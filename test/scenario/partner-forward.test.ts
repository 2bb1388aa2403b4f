import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { caseDetailView, caseView } from '../../src/cases/views.ts'
import {
  atAddress,
  DEMO_FILE,
  demoSettings,
  makeDemoKeys,
  useDemoKeys,
} from '../../src/cli/demo-partners.ts'
import { readConfig } from '../../src/config.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import {
  demoFolder,
  eventually,
  fjordvik,
  startService,
  strandkoping,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases } from './look.ts'
import { report } from './people-say.ts'

/** The demo on its second start: the keys were made on the first, the address is what it is now. */
async function startDemo(folder: string): Promise<TestService> {
  const clock = new VirtualClock()
  const first = await startService({ folder, clock, also: fjordvik })
  const keys = await makeDemoKeys(first.app)
  await first[Symbol.asyncDispose]()
  const { secrets, webhooks } = demoSettings(
    readConfig({ env: {}, flags: { data: 'new' } }),
  )
  useDemoKeys({ secrets }, keys)
  const service = await startService({ folder, clock, settings: { secrets, webhooks } })
  const { local, http } = service
  const payload = atAddress(await readFolder(demoFolder(strandkoping)), http)
  const answer = await local.inject({ method: 'POST', url: '/apply', payload })
  expect(answer.json()).toMatchObject({ mistakes: [] })
  return service
}

const remote = z.tuple([caseView])

it('hands a case to another organisation, and hears from it what became of it', async () => {
  await using folder = await temporaryFolder()
  await using service = await startDemo(folder.path)
  const ours = await service.logIn('drift@strandkoping.example')
  const theirs = await service.logIn('drift@fjordvik.example', fjordvik)
  await report(service, {
    category: 'other',
    place: { lat: 58.35, lon: 11.43 },
    text: 'Hemliga ord om en läcka',
    language: 'sv',
    contact: { name: 'Åsa' },
  })
  const [one] = await allCases(ours)
  const { id = '', number = '', version = 0 } = one ?? {}
  const asked = { partner: 'fjordvik', version, text: 'Läcka vid gränsen' }
  const handed = await ours.post(`/cases/${id}/forward`, asked)
  expect(handed).toMatchObject({
    status: 200,
    body: { state: 'waiting_external' },
  })
  // Asked again, and from the machine itself, it is not sent again.
  expect((await ours.post(`/cases/${id}/forward`, asked)).status).toBe(409)
  const payload = { organisation: strandkoping, number, partner: 'fjordvik', text: 'x' }
  const again = await service.local.inject({
    method: 'POST',
    url: '/open311-forward',
    payload,
  })
  expect(again.statusCode).toBe(409)

  const [there] = remote.parse(await allCases(theirs))
  expect(there.reports).toEqual({ alarm: 0, human: 1 })
  const said = JSON.stringify(await theirs.get(`/cases/${there.id}`))
  expect(said).not.toMatch(/Hemliga|Åsa/)
  const closing = {
    to: 'closed',
    version: there.version,
    reason: 'no_fault_found',
    text: 'Ingen lekkasje her.',
  }
  const closed = await theirs.post(`/cases/${there.id}/move`, closing)
  expect(closed).toMatchObject({ status: 200 })

  const back = await eventually(
    async () => {
      // Small steps: a slow machine takes many, and a session ends after twelve hours.
      service.pass(MINUTE)
      return caseDetailView.parse((await ours.get(`/cases/${id}`)).body)
    },
    ({ events }) => events.some(({ kind }) => kind === 'partner_said'),
  )
  expect(back.state).toBe('investigating')
  const heard = back.events.filter(({ kind }) => kind === 'partner_said')
  expect(heard).toHaveLength(1)
  expect(JSON.stringify(heard)).not.toContain('lekkasje')
})

it('leaves the settings of a data folder that is no demo as they are', async () => {
  await using folder = await temporaryFolder()
  const config = readConfig({ env: {}, flags: { data: folder.path } })
  expect(demoSettings(config)).toBe(config)
  await writeFile(join(folder.path, DEMO_FILE), '{}')
  expect(demoSettings(config).webhooks.allow).toEqual(['127.0.0.1/32'])
  const secrets = { fjordvik: 'set by somebody' }
  useDemoKeys({ secrets }, [
    { organisation: 'fjordvik', client: 'x', secret: 'fjordvik', key: 'k' },
  ])
  expect(secrets.fjordvik).toBe('set by somebody')
})
