import type { Fault, FaultName } from '../../simulators/fault.ts'
import type { Town, TownMessage } from '../../simulators/town.ts'
import { demoTown } from '../../src/cli/demo.ts'
import type { ActiveConfiguration } from '../../src/configuration/active.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import { createDecoder } from '../../src/devices/decode.ts'
import type { DecodeProblem } from '../../src/devices/decoder.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import type { Value } from '../../src/domain/reading.ts'
import {
  durationUs,
  fromIso,
  later,
  MINUTE,
  timeUs,
  type TimeUs,
} from '../../src/domain/time.ts'
import { openTestDatabase } from '../support/database.ts'
import { demoFolder } from '../support/service.ts'
import { atOnce } from '../support/devices.ts'

/** One of the demo's organisations, in force. */
export async function demoConfiguration(
  organisation: OrganisationId,
): Promise<ActiveConfiguration> {
  await using database = await openTestDatabase()
  const parsed = parseConfiguration(await readFolder(demoFolder(organisation)))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  const { configuration } = parsed
  await applyConfiguration(database, { configuration, author: 'test', now: timeUs(0) })
  const current = await createConfigurations(database).current(organisation)
  if (current === undefined) throw new Error('the demo was not applied')
  return current
}

/** The demo's town, from a time written as people do. */
export function townFrom(
  configuration: ActiveConfiguration,
  { start, seed = 17 }: { readonly start: string; readonly seed?: number },
): Town {
  return demoTown(configuration, { seed, start: at(start), skyOffset: 0 })
}

export function at(iso: string): TimeUs {
  return fromIso(iso) ?? timeUs(Number.NaN)
}

export function inject(town: Town, device: string, name: FaultName | 'mended'): void {
  const fault: Fault = { device, name }
  town.inject(fault)
}

/** What the service understands of what a device said. */
export interface Understood {
  readonly device: string
  readonly at: TimeUs
  /** When the device says it was. */
  readonly effective: TimeUs | undefined
  /** By role. */
  readonly values: Readonly<Record<string, Value>>
  readonly problems: readonly DecodeProblem[]
}

/** Understands messages with the device types of the demo. */
export function understand(
  { decode, assetPoints, organisation }: ActiveConfiguration,
  messages: readonly TownMessage[],
): readonly Understood[] {
  const decoder = createDecoder(decode)
  const roles = new Map(
    [...assetPoints.values()].flat().map(({ point, role }) => [point, role]),
  )
  return messages.map((message) => {
    const { device, topic, payload, at } = message
    const { readings, problems } = atOnce(
      decoder({
        kind: 'envelope',
        organisation,
        connection: 'mqtt',
        device,
        topic,
        payload: new TextEncoder().encode(payload),
        ingest: at,
        retained: false,
      }),
    )
    const values = readings.map(({ point, value }) => [roles.get(point), value])
    return {
      device,
      at,
      problems,
      effective: readings[0]?.effective,
      values: Object.fromEntries(values) as Record<string, Value>,
    }
  })
}

/** What a town says in the minutes from a time on, understood. */
export function listen(
  configuration: ActiveConfiguration,
  town: Town,
  { from, minutes }: { readonly from: string; readonly minutes: number },
): readonly Understood[] {
  const until = later(at(from), durationUs(minutes * MINUTE))
  return understand(configuration, town.advance(until))
}

export function of(device: string, heard: readonly Understood[]): readonly Understood[] {
  return heard.filter((one) => one.device === device)
}

export function valuesOf(role: string, heard: readonly Understood[]): readonly unknown[] {
  return heard.map(({ values }) => values[role])
}

export function numbersOf(role: string, heard: readonly Understood[]): readonly number[] {
  return valuesOf(role, heard).map(Number)
}
