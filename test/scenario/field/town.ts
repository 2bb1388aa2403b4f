import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { expect } from 'vitest'
import { applyAnswer } from '../../../src/api/local/answers.ts'
import { readFolder } from '../../../src/configuration/read-folder.ts'
import { deviceType, type DeviceType } from '../../../src/devices/device-type.ts'
import { organisationId, type OrganisationId } from '../../../src/domain/ids.ts'
import { startService, type Person, type TestService } from '../../support/service.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

/** The organisation of these scenarios: one asset, one device, one rule. */
export const lund: OrganisationId = organisationId.parse('lund')

const typesFolder = join(import.meta.dirname, '../../../config/types')
const email = 'ada@lund.example'

/** What a town has; everything else of it is the same in every scenario. */
export interface TownPlan {
  /** A folder of `config/types`. */
  readonly type: string
  /** Of the asset, as rules name it. */
  readonly role: string
  /** Where the rule's alarm begins. */
  readonly above: number
  readonly connection?: Readonly<Record<string, unknown>>
  readonly address?: Readonly<Record<string, string | number>>
  readonly params?: Readonly<Record<string, string | number>>
  readonly firmware?: string
  /** Where the service's clock stands at first; the field's own clocks may be real ones. */
  readonly start?: string
}

export interface Town extends AsyncDisposable {
  readonly service: TestService
  readonly staff: Person
  readonly clock: VirtualClock
}

/** A type that is shipped. */
export async function shippedType(folder: string): Promise<DeviceType> {
  const { files } = await readFolder(join(typesFolder, folder))
  const text = files.find(({ path }) => path === 'type.yaml')?.text ?? ''
  const { parse } = await import('yaml')
  return deviceType.parse(parse(text))
}

/** The whole service with a configuration folder of its own in force. */
export async function startTown(plan: TownPlan): Promise<Town> {
  await using opening = new AsyncDisposableStack()
  const data = opening.use(await temporaryFolder())
  const made = opening.use(await temporaryFolder())
  const clock = new VirtualClock(plan.start)
  const service = opening.use(await startService({ folder: data.path, clock }))
  const folder = join(made.path, lund)
  await writeTown(folder, plan)
  await apply(service, folder)
  const staff = await service.logIn(email, lund)
  const stack = opening.move()
  return { service, staff, clock, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function writeTown(folder: string, plan: TownPlan): Promise<void> {
  await mkdir(folder)
  await cp(join(typesFolder, plan.type), join(folder, 'device-types', plan.type), {
    recursive: true,
  })
  const { type } = await shippedType(plan.type)
  const { connection, address, params, firmware } = plan
  await writeFile(
    join(folder, 'town.yaml'),
    stringify({
      organisation: { name: 'Lund', timezone: 'Europe/Stockholm', languages: ['en'] },
      users: { ada: { name: 'Ada', email, roles: ['operations'], language: 'en' } },
      units: { streets: { name: 'Streets and water' } },
      categories: { fault: { name: { en: 'Fault' }, faultClass: 'fault' } },
      routes: { all: { order: 10, when: { category: 'fault' }, unit: 'streets' } },
      assets: { thing: { name: 'Thing', type: 'Thing' } },
      ...(connection !== undefined && { connections: { way: connection } }),
      devices: {
        thing: {
          type,
          asset: 'thing',
          ...(connection !== undefined && { connection: 'way' }),
          ...(address !== undefined && { address }),
          ...(params !== undefined && { params }),
          ...(firmware !== undefined && { firmware }),
        },
      },
      rules: {
        bad: {
          name: { en: 'It is bad' },
          priority: 2,
          assets: { type: 'Thing' },
          condition: { kind: 'threshold', role: plan.role, above: plan.above },
          faultClass: 'fault',
          confirm: 'immediately',
        },
      },
    }),
  )
}

/** As `gatuvakt apply` does it. */
async function apply(service: TestService, folder: string): Promise<void> {
  const payload = await readFolder(folder)
  const answer = await service.local.inject({ method: 'POST', url: '/apply', payload })
  expect(answer.statusCode, answer.body).toBe(200)
  expect(applyAnswer.parse(answer.json())).toMatchObject({ mistakes: [] })
}

/** A token for those who send over HTTP, and where to. */
export async function sender({
  service,
}: Town): Promise<{ readonly token: string; readonly address: string }> {
  const { token } = await service.app.identity.issueSourceToken(lund, 'way')
  return { token, address: `${service.http}/ingest/v1/${lund}/way` }
}
