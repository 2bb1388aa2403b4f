/** Pure: holds what the publisher knows against what the service says. */

import { z } from 'zod'
import { flag } from '../src/domain/reading.ts'
import type { Acknowledged } from './publisher.ts'
import { watched, type Speaker } from './town.ts'

/** A line of `gatuvakt export readings --format ndjson`, as far as it is looked at. */
export const exportedReading = z.object({
  device: z.string(),
  point: z.string(),
  source: z.string().nullable(),
  value: z.number().nullable(),
  flags: z.int(),
  position: z.string(),
})
export type ExportedReading = z.infer<typeof exportedReading>

export interface Counted {
  /** By asset. */
  readonly raised: ReadonlyMap<string, number>
  readonly cleared: ReadonlyMap<string, number>
  readonly cases: ReadonlyMap<string, number>
}

export interface Verdict {
  readonly figures: {
    readonly acknowledged: number
    readonly lost: number
    /** Copies that must not be, or that nothing explains. */
    readonly duplicated: number
    /** Copies of messages without a time, each explained by a repeat of the publisher's. */
    readonly repeats: number
    readonly alarms: number
    readonly expectedAlarms: number
    readonly cases: number
    readonly expectedCases: number
  }
  /** What does not hold, in words. */
  readonly findings: readonly string[]
}

interface Facts {
  readonly speakers: readonly Speaker[]
  readonly acknowledged: readonly Acknowledged[]
  readonly exported: readonly ExportedReading[]
  readonly counted: Counted
}

export function judge({ speakers, acknowledged, exported, counted }: Facts): Verdict {
  const said = Map.groupBy(acknowledged, ({ device }) => device)
  const stored = Map.groupBy(exported, ({ device }) => device)
  const each = speakers.map((speaker) => {
    const own = (said.get(speaker.device) ?? []).toSorted((a, b) => a.n - b.n)
    const messages = judgeMessages(speaker, own, stored.get(speaker.device) ?? [])
    return { messages, alarms: judgeAlarms(speaker, own, counted) }
  })
  const sum = (of: (one: (typeof each)[number]) => number): number =>
    each.reduce((total, one) => total + of(one), 0)
  return {
    figures: {
      acknowledged: acknowledged.length,
      lost: sum(({ messages }) => messages.lost),
      duplicated: sum(({ messages }) => messages.duplicated),
      repeats: sum(({ messages }) => messages.repeats),
      alarms: sum(({ alarms }) => alarms.alarms),
      expectedAlarms: sum(({ alarms }) => alarms.expectedAlarms),
      cases: sum(({ alarms }) => alarms.cases),
      expectedCases: sum(({ alarms }) => alarms.expectedCases),
    },
    findings: each.flatMap(({ messages, alarms }) =>
      messages.findings.concat(alarms.findings),
    ),
  }
}

function judgeMessages(
  { device, kind, timed }: Speaker,
  said: readonly Acknowledged[],
  stored: readonly ExportedReading[],
) {
  const findings: string[] = []
  const copies = Map.groupBy(
    stored.filter(({ point }) => point === 'number'),
    ({ value }) => value,
  )
  let lost = 0
  let duplicated = 0
  let repeats = 0
  let expectedCount = 0
  let expectedSum = 0
  for (const message of said) {
    const own = copies.get(message.n) ?? []
    copies.delete(message.n)
    const wrong = whatIsWrong(message, own, timed)
    if (wrong !== undefined) {
      findings.push(
        `${device} message ${message.n}, acknowledged at ${message.at}: ${wrong}`,
      )
    }
    if (own.length === 0) lost += 1
    else if (wrong !== undefined) duplicated += own.length - 1
    else repeats += own.length - 1
    expectedCount += own.length
    expectedSum += own.length * (message[watched[kind].role] ?? Number.NaN)
  }
  for (const [number] of copies) findings.push(`${device}: nobody said message ${number}`)
  // The other point of the same messages, by count and sum.
  const values = stored.filter(({ point }) => point === watched[kind].role)
  const sum = values.reduce((total, { value }) => total + (value ?? Number.NaN), 0)
  if (values.length !== expectedCount || sum !== expectedSum) {
    findings.push(
      `${device} ${watched[kind].role}: ${values.length} readings with the sum ${sum} instead of ${expectedCount} with ${expectedSum}`,
    )
  }
  return { findings, lost, duplicated, repeats }
}

/** Undefined when the copies of one message are as they must be. */
function whatIsWrong(
  { ts, sends }: Acknowledged,
  copies: readonly ExportedReading[],
  timed: boolean,
): string | undefined {
  const [first] = copies
  if (first === undefined) return 'lost'
  if (timed) {
    if (copies.length > 1) return `counted ${copies.length} times`
    return microsOf(first.source) === ts ? undefined : `has the time ${first.source}`
  }
  const marked = copies.filter(({ flags }) => (flags & flag.dupPossible) !== 0).length
  const resent = sends.filter((dup) => dup === 1).length
  const unmarked = copies.length - marked
  if (marked <= resent && unmarked <= sends.length - resent) return undefined
  return `${unmarked} copies and ${marked} marked as possible repeats, but sent ${sends.length - resent} times and resent ${resent} times`
}

function microsOf(iso: string | null): number {
  if (iso === null) return Number.NaN
  return Date.parse(`${iso.slice(0, 23)}Z`) * 1_000 + Number(iso.slice(23, 26))
}

function judgeAlarms(
  { device, kind }: Speaker,
  said: readonly Acknowledged[],
  counted: Counted,
) {
  const changes = said.filter(
    ({ wrong }, index) => wrong !== (said[index - 1]?.wrong ?? false),
  )
  const expectedAlarms = changes.filter(({ wrong }) => wrong).length
  const expectedClears = changes.length - expectedAlarms
  const expectedCases = Math.min(expectedAlarms, 1)
  const alarms = counted.raised.get(device) ?? 0
  const clears = counted.cleared.get(device) ?? 0
  const cases = counted.cases.get(device) ?? 0
  const findings = [
    ...differ(`raises of ${watched[kind].rule}`, alarms, expectedAlarms),
    ...differ(`clears of ${watched[kind].rule}`, clears, expectedClears),
    ...differ('cases', cases, expectedCases),
  ].map((finding) => `${device}: ${finding}`)
  return { findings, alarms, expectedAlarms, cases, expectedCases }
}

function differ(what: string, there: number, expected: number): string[] {
  return there === expected ? [] : [`${there} ${what} instead of ${expected}`]
}
