import type { NewAbsence } from '../api/case-commands.ts'

/** What is in the form while somebody says who is away. */
export interface AbsenceInput {
  /** Id; empty until somebody is chosen. */
  readonly person: string
  /** First and last day: `2026-12-24`, or nothing. */
  readonly from: string
  readonly to: string
  /** Ids, in the order in which they are asked. */
  readonly deputies: readonly string[]
  /** Open cases go over too. */
  readonly alsoOpen: boolean
  readonly handBack: boolean
}

/** The service takes no more. */
export const DEPUTIES_MAX = 10

/** Two years, a leap year among them: the service takes no longer absence. */
const DAYS_MAX = 731

const DAY_MS = 86_400_000

export type WrongField = 'person' | 'from' | 'to' | 'order' | 'over'

/** The absence as the service takes it, or what must be mended first; `today` is a day too. */
export function readAbsence(
  { person, from, to, deputies, alsoOpen, handBack }: AbsenceInput,
  today: string,
): NewAbsence | { readonly wrong: readonly WrongField[] } {
  const wrong: WrongField[] = []
  if (person === '') wrong.push('person')
  if (!isDay(from)) wrong.push('from')
  if (!isDay(to)) wrong.push('to')
  else if (isDay(from) && !isOrdered(from, to)) wrong.push('order')
  else if (to < today) wrong.push('over')
  if (wrong.length > 0) return { wrong }
  const scope = alsoOpen ? 'also_open' : 'incoming'
  return { person, from, to, deputies, scope, handBack }
}

/** Nobody stands in for oneself. */
export function withPerson(input: AbsenceInput, person: string): AbsenceInput {
  return { ...input, person, deputies: input.deputies.filter((id) => id !== person) }
}

/** One more who stands in, after the others; nobody twice, and no more than the service takes. */
export function withDeputy(input: AbsenceInput, id: string): AbsenceInput {
  const { deputies, person } = input
  const isFree = id !== '' && id !== person && !deputies.includes(id)
  if (!isFree || deputies.length >= DEPUTIES_MAX) return input
  return { ...input, deputies: [...deputies, id] }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}

function isOrdered(from: string, to: string): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  return days >= 1 && days <= DAYS_MAX
}
