import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { applyAnswer } from '../../../src/api/local/answers.ts'
import { connectionListView } from '../../../src/api/connection-view.ts'
import { readFolder } from '../../../src/configuration/read-folder.ts'
import { deviceType, type DeviceType } from '../../../src/devices/device-type.ts'
import { vector, type Vector } from '../../../src/devices/vector.ts'
import { organisationId, type OrganisationId } from '../../../src/domain/ids.ts'
import { durationUs, elapsed, MS, SECOND } from '../../../src/domain/time.ts'
import {
  eventually,
  startService,
  type Person,
  type TestService,
} from '../../support/service.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

/** The organisation of these scenarios: one asset, one device, one rule. */
export const lund: OrganisationId = organisationId.parse('lund')

const typesFolder = join(import.meta.dirname, '../../../config/types')
const email = 'ada@lund.example'

/** What a town has; everything else of it is the same in every scenario. */
export interface TownPlan {
  /** A folder of `config/types`, or the files of a type by their path in its folder. */
  readonly type: string | Readonly<Record<string, string>>
  /** Of the asset, as rules name it. */
  readonly role: string
  /** Where the rule's alarm begins; left out: there is no rule, the device raises an alarm itself. */
  readonly above?: number
  /** Of the device's own alarm. */
  readonly faultClass?: string
  readonly connection?: Readonly<Record<string, unknown>>
  readonly address?: Readonly<Record<string, string | number>>
  readonly params?: Readonly<Record<string, string | number>>
  readonly firmware?: string
  /** The service's clock goes with the one on the wall: others measure by clocks of their own. */
  readonly wallClock?: true
}

export interface Town extends AsyncDisposable {
  /** What the rule watches. */
  readonly role: string
  readonly service: TestService
  readonly staff: Person
  readonly clock: VirtualClock
  /** Lets the service's clock go on, a second or to where the one on the wall is. */
  goOn(): void
}

/** A type that is shipped. */
export async function shippedType(folder: string): Promise<DeviceType> {
  return deviceType.parse(
    parse(await readFile(join(typesFolder, folder, 'type.yaml'), 'utf8')),
  )
}

/** A message of a shipped type, as one of its vectors has it. */
export async function vectorOf(folder: string, name: string): Promise<Vector> {
  const file = join(typesFolder, folder, 'vectors', `${name}.json`)
  return vector.parse(JSON.parse(await readFile(file, 'utf8')))
}

/** The whole service with a configuration folder of its own in force. */
export async function startTown(plan: TownPlan): Promise<Town> {
  await using opening = new AsyncDisposableStack()
  const data = opening.use(await temporaryFolder())
  const made = opening.use(await temporaryFolder())
  const begin = Date.now()
  const clock = plan.wallClock
    ? new VirtualClock(new Date(begin).toISOString())
    : new VirtualClock()
  const service = opening.use(await startService({ folder: data.path, clock }))
  const folder = join(made.path, lund)
  await writeTown(folder, plan)
  await apply(service, folder)
  const start = clock.now()
  const goOn = (): void => {
    if (!plan.wallClock) return service.pass(SECOND)
    const behind = (Date.now() - begin) * MS - elapsed(start, clock.now())
    if (behind > 0) service.pass(durationUs(behind))
  }
  if (plan.connection !== undefined) await connected(service, goOn)
  const staff = await service.logIn(email, lund)
  const stack = opening.move()
  const { role } = plan
  return {
    role,
    service,
    staff,
    clock,
    goOn,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const named = z.object({ type: z.string() })

async function writeTown(folder: string, plan: TownPlan): Promise<void> {
  const types = join(folder, 'device-types/thing')
  if (typeof plan.type === 'string') {
    await cp(join(typesFolder, plan.type), types, { recursive: true })
  } else {
    for (const [path, text] of Object.entries(plan.type)) {
      await mkdir(dirname(join(types, path)), { recursive: true })
      await writeFile(join(types, path), text)
    }
  }
  const { type } = named.parse(parse(await readFile(join(types, 'type.yaml'), 'utf8')))
  const { connection, address, params, firmware, above, faultClass = 'fault' } = plan
  await writeFile(
    join(folder, 'town.yaml'),
    stringify({
      organisation: { name: 'Lund', timezone: 'Europe/Stockholm', languages: ['sv', 'en'] },
      users: { ada: { name: 'Ada', email, roles: ['operations'], language: 'en' } },
      units: { streets: { name: 'Streets and water' } },
      categories: {
        fault: { name: { sv: 'Fel', nb: 'Feil', en: 'Fault' }, faultClass },
      },
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
      ...(above !== undefined && {
        rules: {
          bad: {
            name: { sv: 'Fel', nb: 'Feil', en: 'Fault' },
            priority: 2,
            assets: { type: 'Thing' },
            condition: { kind: 'threshold', role: plan.role, above },
            faultClass,
            confirm: 'immediately',
          },
        },
      }),
    }),
  )
}

/** As `gatuvakt apply` does it. */
async function apply(service: TestService, folder: string): Promise<void> {
  const payload = await readFolder(folder)
  const answer = await service.local.inject({ method: 'POST', url: '/apply', payload })
  expect(answer.statusCode).toBe(200)
  expect(applyAnswer.parse(answer.json())).toMatchObject({ mistakes: [] })
}

/** The gateway looks for new configurations now and then; afterwards the connection is there. */
async function connected(service: TestService, goOn: () => void): Promise<void> {
  await eventually(
    async () => {
      goOn()
      const answer = await service.local.inject({
        method: 'POST',
        url: '/connections-list',
        payload: { organisation: lund },
      })
      return connectionListView.parse(answer.json()).connections
    },
    (all) => all.some(({ protocol }) => protocol !== 'mqtt'),
  )
}

/** A token for those who send over HTTP, and where to. */
export async function sender({
  service,
}: Town): Promise<{ readonly token: string; readonly address: string }> {
  const { token } = await service.app.identity.issueSourceToken(lund, 'way')
  return { token, address: `${service.http}/ingest/v1/${lund}/way` }
}
