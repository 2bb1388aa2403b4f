/** Pure: holds what people were answered, and what came to them, against what the service has. */

import type { Answered } from './citizen.ts'
import type { Call } from './receivers.ts'

/** What the database says in the end. */
export interface Stored {
  /** Of people; alarms have their own oracle. */
  readonly reports: readonly StoredReport[]
  /** Of people and of alarms, with the number of their events `opened`. */
  readonly cases: readonly { readonly number: string; readonly opened: number }[]
  /** Reports that are accepted and not placed. */
  readonly waiting: number
  readonly sent: readonly SentRow[]
  /** Names of the files of photos. */
  readonly files: ReadonlySet<string>
}

interface StoredReport {
  readonly id: string
  readonly key: string
  readonly number: string
  /** The case that it ends in. */
  readonly root: string
  /** Events that tell of it: it opened a case, or joined one. */
  readonly told: number
  readonly photos: readonly string[]
}

/** A row of the outbox. */
export interface SentRow {
  readonly id: string
  readonly kind: string
  readonly tries: number
  readonly isDelivered: boolean
  /** What it is about, where its payload says so. */
  readonly report: string
  readonly event: string
}

export interface PeopleFacts {
  readonly answered: readonly Answered[]
  readonly stored: Stored
  /** The row of each letter that came to the mail server, copies included. */
  readonly letters: readonly string[]
  readonly calls: readonly Call[]
  /** Deaths of the service; no letter has more copies than there were. */
  readonly kills: number
}

export interface PeopleVerdict {
  readonly figures: {
    readonly reports: number
    readonly photos: number
    readonly mails: number
    /** Copies beyond the first one. */
    readonly mailCopies: number
    readonly calls: number
    readonly callCopies: number
  }
  /** What does not hold, in words. */
  readonly findings: readonly string[]
}

/** Tries of a row, as the delivery promises; each sends one copy at most. */
const TRIES = 10

/** Kinds of letters that confirm a report: one of them to each. */
const receipts: ReadonlySet<string> = new Set(['mail.case_received', 'mail.case_known'])

function isLetter({ kind }: SentRow): boolean {
  return kind.startsWith('mail.')
}

function isCall({ kind }: SentRow): boolean {
  return kind.startsWith('webhook.')
}

export function judgePeople(facts: PeopleFacts): PeopleVerdict {
  const { answered, stored, letters, calls } = facts
  const sent = new Map(stored.sent.map((row) => [row.id, row]))
  const called = calls.map(({ id }) => id)
  const findings = [
    ...judgeReports(facts),
    ...judgeCases(stored),
    ...judgeReceipts(stored),
    ...judgeCopies('letter', letters, stored.sent.filter(isLetter), facts),
    ...judgeCopies('call', called, stored.sent.filter(isCall), facts),
    ...calls
      .filter(({ id, event }) => sent.has(id) && sent.get(id)?.event !== event)
      .map(({ id, event }) => `call ${id} told of the event ${event}`),
  ]
  const mails = new Set(letters).size
  const distinct = new Set(called).size
  return {
    figures: {
      reports: answered.length,
      photos: answered.reduce((sum, { photos }) => sum + photos.length, 0),
      mails,
      mailCopies: letters.length - mails,
      calls: distinct,
      callCopies: calls.length - distinct,
    },
    findings,
  }
}

/** Each that was answered is there once, under the number that was answered, and nothing else is. */
function judgeReports({ answered, stored }: PeopleFacts): string[] {
  const byKey = Map.groupBy(stored.reports, ({ key }) => key)
  const wrong = answered.flatMap((one) => {
    const own = byKey.get(one.key) ?? []
    byKey.delete(one.key)
    return whatIsWrong(one, own, stored.files).map((what) => `report ${one.key}: ${what}`)
  })
  const about = new Set(answered.filter((one) => one.isAboutBench).map(({ key }) => key))
  const roots = new Set(
    stored.reports.filter(({ key }) => about.has(key)).map(({ root }) => root),
  )
  return [
    ...wrong,
    ...[...byKey.keys()].map((key) => `nobody was answered about the report ${key}`),
    ...(roots.size > 1 ? [`one fault has ${roots.size} cases`] : []),
  ]
}

function whatIsWrong(
  { number, photos }: Answered,
  own: readonly StoredReport[],
  files: ReadonlySet<string>,
): string[] {
  const [first] = own
  if (first === undefined || own.length > 1) return [`there are ${own.length} of it`]
  const gone = photos.filter(
    (id) => !files.has(`${id}.jpg`) || !files.has(`${id}.small.jpg`),
  )
  return [
    ...(first.number === number ? [] : [`is ${first.number} and was answered ${number}`]),
    ...(first.told === 1 ? [] : [`${first.told} events tell of it`]),
    ...(first.photos.join(' ') === photos.join(' ')
      ? []
      : [`has the photos ${first.photos.join(' ')} instead of ${photos.join(' ')}`]),
    ...gone.map((id) => `the picture of photo ${id} is not on the disk`),
  ]
}

/** Each is opened once, under a number of its own; nothing waits. */
function judgeCases({ cases, waiting }: Stored): string[] {
  const numbers = new Set(cases.map(({ number }) => number))
  return [
    ...cases
      .filter(({ opened }) => opened !== 1)
      .map(({ number, opened }) => `case ${number} was opened ${opened} times`),
    ...(numbers.size === cases.length ? [] : ['two cases have the same number']),
    ...(waiting === 0 ? [] : [`${waiting} accepted reports were never placed`]),
  ]
}

function judgeReceipts({ reports, sent }: Stored): string[] {
  const rows = Map.groupBy(
    sent.filter(({ kind }) => receipts.has(kind)),
    ({ report }) => report,
  )
  return reports.flatMap(({ id, key }) => {
    const count = rows.get(id)?.length ?? 0
    return count === 1 ? [] : [`report ${key} is confirmed by ${count} letters`]
  })
}

/** Each row of the outbox came at least once, and no more often than it was tried. */
function judgeCopies(
  what: 'letter' | 'call',
  came: readonly string[],
  rows: readonly SentRow[],
  { kills }: PeopleFacts,
): string[] {
  const copies = Map.groupBy(came, (id) => id)
  const wrong = rows.flatMap(({ id, tries, isDelivered }) => {
    const count = copies.get(id)?.length ?? 0
    copies.delete(id)
    const most = Math.min(tries, TRIES, 1 + kills)
    if (!isDelivered) return [`${what} ${id} is not delivered`]
    if (count === 0) return [`${what} ${id} was never sent`]
    return count <= most ? [] : [`${what} ${id} was sent ${count} times in ${tries} tries`]
  })
  return [
    ...wrong,
    ...[...copies.keys()].map((id) => `a ${what} came that nobody wrote: ${id}`),
  ]
}
