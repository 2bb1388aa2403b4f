import type { Language } from '../domain/language.ts'

/** The sentences of letters to staff. */
interface StaffTexts {
  readonly subject: (count: number) => string
  readonly given: string
  /** Of a letter that tells of work orders alone. */
  readonly orderSubject: (count: number) => string
  readonly orders: string
  readonly more: (count: number) => string
}

export const staffTexts: Readonly<Record<Language, StaffTexts>> = {
  sv: {
    subject: (count) => (count === 1 ? 'Ett ärende för dig' : `${count} ärenden för dig`),
    given: 'Du har fått',
    orderSubject: (count) => (count === 1 ? 'En beställning' : `${count} beställningar`),
    orders: 'Beställningar',
    more: (count) => `… och ${count} till.`,
  },
  nb: {
    subject: (count) => (count === 1 ? 'En sak til deg' : `${count} saker til deg`),
    given: 'Du har fått',
    orderSubject: (count) => (count === 1 ? 'En bestilling' : `${count} bestillinger`),
    orders: 'Bestillinger',
    more: (count) => `… og ${count} til.`,
  },
  en: {
    subject: (count) => (count === 1 ? 'A case for you' : `${count} cases for you`),
    given: 'You were given',
    orderSubject: (count) => (count === 1 ? 'A work order' : `${count} work orders`),
    orders: 'Work orders',
    more: (count) => `… and ${count} more.`,
  },
}
