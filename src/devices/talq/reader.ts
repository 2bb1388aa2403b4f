import { fromIso } from '../../domain/time.ts'
import type { DecodeProblem } from '../decoder.ts'
import type { TypeOf } from '../device-type.ts'
import { createMessageParser } from '../json/parse-message.ts'
import { isObject } from '../json/path.ts'
import type { Message, MessageReader, Said } from '../message-reader.ts'
import { talqMessage, talqSource, type TalqEntry } from './message.ts'
import type { TalqPoint } from './type.ts'

/** Whether an entry speaks of a point, and what it says. */
type Hear = (entry: TalqEntry) => { readonly raw: unknown } | undefined

/** Reads what a TALQ gateway logged of one device. A log speaks of what changed, so it is partial. */
export function talqReader(type: TypeOf<'talq'>): MessageReader {
  const parse = createMessageParser()
  const points = new Map(
    Object.entries(type.points).map(([key, point]) => [key, hearing(point)]),
  )
  return (payload): Message => {
    const parsed = parse(payload)
    if (!parsed.ok) return parsed
    const message = talqMessage.safeParse(parsed.root)
    if (!message.success) return notTalq(message.error.issues[0]?.path.join('.') ?? '')
    const timed = message.data.entries.map((entry) => ({ entry, time: timeOf(entry) }))
    const problems = timed.flatMap(({ time }) => time.problem ?? [])
    return {
      ok: true,
      partial: true,
      ...(problems.length > 0 && { problems: problems.slice(0, 10) }),
      say: (point) => {
        const hear = points.get(point)
        if (hear === undefined) return []
        return timed
          .flatMap(({ entry, time: { source } }): Said[] => {
            const said = hear(entry)
            if (said === undefined) return []
            return [source === undefined ? said : { ...said, source }]
          })
          .toSorted(byTime)
      },
    }
  }
}

function hearing({ function: wanted, attribute }: TalqPoint): Hear {
  const ofFunction = ({ srcAddress }: TalqEntry): boolean =>
    talqSource(srcAddress).function === wanted
  if (attribute.startsWith('event:')) {
    const event = attribute.slice('event:'.length)
    return (entry) => {
      const speaks = entry.type !== 'AttributeLogData' && entry.eventType === event
      // An event without a duration, such as a restart, has happened: that is all it says.
      return speaks && ofFunction(entry) ? { raw: entry.startEndFlag ?? true } : undefined
    }
  }
  const [name, ...inside] = attribute.split('.')
  return (entry) => {
    const speaks = entry.type === 'AttributeLogData' && entry.attributeName === name
    if (!speaks || !ofFunction(entry)) return undefined
    return { raw: within(entry.attributeValue?.value, inside) }
  }
}

function within(value: unknown, names: readonly string[]): unknown {
  let at = value
  for (const name of names) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined
    at = at[name]
  }
  return at
}

function timeOf({ timestamp, srcAddress }: TalqEntry): {
  readonly source?: NonNullable<ReturnType<typeof fromIso>>
  readonly problem?: DecodeProblem
} {
  if (timestamp === undefined) return {}
  const source = fromIso(timestamp)
  if (source !== undefined) return { source }
  const detail = `${srcAddress}: ${JSON.stringify(timestamp.slice(0, 40))} is no time with a zone, such as 2026-11-20T13:31:00Z`
  return { problem: { reason: 'bad_time', detail } }
}

/** Oldest first; entries without a time stand before those that have one. */
function byTime({ source: a }: Said, { source: b }: Said): number {
  if (a === b) return 0
  return (a ?? -Infinity) < (b ?? -Infinity) ? -1 : 1
}

function notTalq(where: string): Message {
  const detail = `the message is not what the TALQ intake writes (${where || 'as a whole'})`
  return { ok: false, problem: { reason: 'not_talq', detail } }
}
