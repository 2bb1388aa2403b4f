import type { Configurations } from '../configuration/active.ts'
import { createDecoder } from '../devices/decode.ts'
import type { Decode, Decoded } from '../devices/decoder.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Envelope, LogEntry } from '../domain/log-record.ts'
import { Problem } from '../domain/problem.ts'
import type { Reading } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'
import type { RewrittenRecord } from '../store/reading-store.ts'
import type { DecodedEntry, Decoding } from './decoding.ts'

/** Which messages are to be understood anew. */
export interface Wanted {
  /** `acme/slc`, or one version of it, `acme/slc@1.0.0`: devices that are of this type now. */
  readonly deviceType: string
  /** Left out: every organisation. */
  readonly organisation?: OrganisationId
  /** Heard at this time or later. */
  readonly since: TimeUs
  /** Heard before this; left out: all that history holds now. */
  readonly until?: TimeUs
}

/** The devices of the type in one organisation, and how they are understood now. */
export interface Target {
  readonly devices: ReadonlySet<string>
  readonly decode: Decode
}

/** By organisation. Rejects with Problem not_found when no device is of the type. */
export async function targetsOf(
  configurations: Configurations,
  { deviceType, organisation }: Wanted,
): Promise<ReadonlyMap<OrganisationId, Target>> {
  const all = await configurations.organisations()
  const targets = new Map<OrganisationId, Target>()
  const known = new Set<string>()
  for (const one of all) {
    if (organisation !== undefined && one !== organisation) continue
    const configuration = await configurations.current(one)
    if (configuration === undefined) continue
    const { decode } = configuration
    const devices = [...decode.devices].filter(([, { type }]) => {
      known.add(type.type)
      return type.type === deviceType || type.type.split('@')[0] === deviceType
    })
    if (devices.length === 0) continue
    const ids = new Set(devices.map(([id]) => id))
    targets.set(one, { devices: ids, decode: createDecoder(decode) })
  }
  if (targets.size === 0) throw noSuchType(deviceType, known)
  return targets
}

export interface Again {
  /** Follows the log, to know what a message meant when it came. */
  readonly asItWas: Decoding
  readonly entries: readonly LogEntry[]
  readonly targets: ReadonlyMap<OrganisationId, Target>
  readonly wanted: Wanted
}

/** What came of it. */
export interface DecodedAgain {
  readonly records: readonly RewrittenRecord[]
  /** Raw messages of such devices in the time asked for. */
  readonly envelopes: number
  /** Those of them that said something, with the configuration of now. */
  readonly decoded: number
  /** Those that still said nothing. */
  readonly stillBad: number
  /** Readings of all of them. */
  readonly readings: number
}

/** What the messages asked for mean now, and what of their old meaning must go. */
export async function decodeAgain({
  asItWas,
  entries,
  targets,
  wanted,
}: Again): Promise<DecodedAgain> {
  const loading: Promise<DecodedEntry>[] = []
  const anew: Promise<Anew>[] = []
  for (const entry of entries) {
    const { record } = entry
    if (record.kind === 'control') {
      // What came into force on the way changes what the old meaning was.
      if (record.control === 'activation') {
        loading.push(Promise.resolve(asItWas.decode(entry)))
      }
      continue
    }
    const target = targets.get(record.organisation)
    if (target?.devices.has(record.device) !== true || !isWanted(entry, wanted)) continue
    anew.push(understandAnew(asItWas.decode(entry), target.decode(record), record))
  }
  const [all] = await Promise.all([Promise.all(anew), Promise.all(loading)])
  const stillBad = all.filter((one) => one.stillBad).length
  const records = all.map(({ record }) => record)
  return {
    records,
    envelopes: records.length,
    decoded: records.length - stillBad,
    stillBad,
    readings: records.reduce((sum, { readings }) => sum + readings.length, 0),
  }
}

interface Anew {
  readonly record: RewrittenRecord
  readonly stillBad: boolean
}

async function understandAnew(
  then: DecodedEntry | Promise<DecodedEntry>,
  now: Decoded | Promise<Decoded>,
  envelope: Envelope,
): Promise<Anew> {
  const [before, decoded] = await Promise.all([then, now])
  const { readings, problems } = decoded
  const old = before.kind === 'readings' ? before.readings : []
  const { organisation, position } = before
  return {
    record: { organisation, position, readings, gone: goneOf(envelope, old, readings) },
    stillBad: problems.length > 0 && readings.every(isUnreadable),
  }
}

function isUnreadable({ code }: Reading): boolean {
  return code === 'decode_error'
}

function isWanted({ record }: LogEntry, { since, until }: Wanted): boolean {
  return record.ingest >= since && (until === undefined || record.ingest < until)
}

/**
 * What an earlier decoding wrote and this one does not: that of the time, and, because there may have
 * been another replay meanwhile, whatever stands at the time the message was heard.
 */
function goneOf(
  { ingest }: Envelope,
  before: readonly Reading[],
  now: readonly Reading[],
): NonNullable<RewrittenRecord['gone']> {
  const gone = new Map(
    [...before, ...now.map(({ point }) => ({ point, effective: ingest }))].map(
      ({ point, effective }) => [`${point} ${effective}`, { point, effective }],
    ),
  )
  for (const { point, effective } of now) gone.delete(`${point} ${effective}`)
  return [...gone.values()]
}

function noSuchType(deviceType: string, known: ReadonlySet<string>): Problem {
  return new Problem({
    kind: 'not_found',
    what: `no device is of the type ${deviceType}`,
    ...(known.size > 0 && {
      why: `there are devices of ${[...known].toSorted().slice(0, 20).join(', ')}`,
    }),
    next: 'name the type as the devices have it, with its version or without',
  })
}
