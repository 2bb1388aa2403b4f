import type { Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import type { What } from './group.ts'

/** The words of messages, in every language. */
export interface DeskTexts {
  /** In front of a subject: `P1`. */
  readonly priority: (priority: number) => string
  readonly what: Readonly<Record<What, string>>
  readonly since: string
  readonly until: string
  readonly more: (count: number) => string
  readonly desk: string
  readonly open: string
  readonly why: string
  readonly test: { readonly subject: string; readonly body: string }
  readonly heartbeat: { readonly subject: string; readonly body: string }
}

export const deskTexts: Readonly<Record<Language, DeskTexts>> = {
  sv: {
    priority: (priority) => `P${priority}`,
    what: {
      raised: 'Larm',
      updated: 'Ändrat larm',
      cleared: 'Larm över',
      reminded: 'Påminnelse',
    },
    since: 'sedan',
    until: 'till',
    more: (count) => `och ${count} till`,
    desk: 'Larmplats',
    open: 'Öppna',
    why: 'Larmet upphör att ringa när någon kvitterar det.',
    test: {
      subject: 'PROV, inget larm',
      body: 'Det här är ett prov. Inget är fel, och ingenting behöver göras.',
    },
    heartbeat: {
      subject: 'Livstecken',
      body: 'Hela vägen från läsning till utskick fungerar. Säg till om de här breven uteblir.',
    },
  },
  nb: {
    priority: (priority) => `P${priority}`,
    what: {
      raised: 'Alarm',
      updated: 'Endret alarm',
      cleared: 'Alarm over',
      reminded: 'Påminnelse',
    },
    since: 'siden',
    until: 'til',
    more: (count) => `og ${count} til`,
    desk: 'Alarmplass',
    open: 'Åpne',
    why: 'Alarmet slutter å varsle når noen kvitterer det.',
    test: {
      subject: 'PRØVE, ikke alarm',
      body: 'Dette er en prøve. Ingenting er feil, og ingenting må gjøres.',
    },
    heartbeat: {
      subject: 'Livstegn',
      body: 'Hele veien fra måling til utsending virker. Si fra hvis disse brevene uteblir.',
    },
  },
  en: {
    priority: (priority) => `P${priority}`,
    what: {
      raised: 'Alarm',
      updated: 'Alarm changed',
      cleared: 'Alarm over',
      reminded: 'Reminder',
    },
    since: 'since',
    until: 'until',
    more: (count) => `and ${count} more`,
    desk: 'Desk',
    open: 'Open',
    why: 'Nobody else is called once somebody acknowledges it.',
    test: {
      subject: 'TEST, no alarm',
      body: 'This is a test. Nothing is wrong, and nothing needs to be done.',
    },
    heartbeat: {
      subject: 'Sign of life',
      body: 'The whole way from reading to message works. Tell somebody when these letters stop coming.',
    },
  },
}

const locales = { sv: 'sv-SE', nb: 'nb-NO', en: 'en-GB' } as const

/** `20 november 14:05` in that zone; the house writes 14:05 in every language. */
export function shortTime(
  time: TimeUs,
  { zone, language }: { readonly zone: string; readonly language: Language },
): string {
  const date = new Date(time / 1_000)
  const day = new Intl.DateTimeFormat(locales[language], {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
  }).format(date)
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  }).format(date)
  return `${day} ${clock}`
}
