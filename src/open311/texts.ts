import { reasonTexts, stateNames } from '../cases/texts.ts'
import type { Language } from '../domain/language.ts'
import type { Standing } from './statuses.ts'

interface Texts {
  readonly duplicate: (number: string | undefined) => string
  readonly category: (name: string) => string
  readonly known: string
  readonly photosLost: (count: number) => string
  readonly photo: string
  readonly apart: string
}

const texts = {
  sv: {
    duplicate: (number) =>
      number === undefined ? 'Dubblett.' : `Dubblett av ärende ${number}.`,
    category: (name) => `Ärendet hör nu till kategorin ${name}.`,
    known: 'Vi känner redan till felet.',
    photosLost: (count) => `${count} foto kunde inte tas emot.`,
    photo: 'Ett foto har lagts till.',
    apart: 'Ärendet är inte längre en dubblett: det var inte samma fel.',
  },
  nb: {
    duplicate: (number) =>
      number === undefined ? 'Duplikat.' : `Duplikat av sak ${number}.`,
    category: (name) => `Saken hører nå til kategorien ${name}.`,
    known: 'Vi kjenner allerede til feilen.',
    photosLost: (count) => `${count} bilde kunne ikke tas imot.`,
    photo: 'Et bilde er lagt til.',
    apart: 'Saken er ikke lenger et duplikat: det var ikke samme feil.',
  },
  en: {
    duplicate: (number) =>
      number === undefined ? 'Duplicate.' : `Duplicate of ${number}.`,
    category: (name) => `The case now belongs to the category ${name}.`,
    known: 'We already know about the fault.',
    photosLost: (count) => `${count} photo could not be taken in.`,
    photo: 'A photo was added.',
    apart: 'The case is no longer a duplicate: it was not the same fault.',
  },
} as const satisfies Record<Language, Texts>

/** The few sentences of this door. */
export function textsOf(language: Language): Texts {
  return texts[language]
}

/** Why it is closed, in one sentence, so that nobody takes every closed case for a mended one. */
export function reasonText(
  { reason }: Standing,
  language: Language,
  duplicateOf: string | undefined,
): string {
  if (reason === null) return stateNames[language].closed
  if (reason === 'duplicate') return textsOf(language).duplicate(duplicateOf)
  return reasonTexts[language][reason]
}

/** What is said with a state: why it is closed, or what the state is called. */
export function standingText(
  standing: Standing,
  language: Language,
  duplicateOf: string | undefined,
): string {
  return standing.state === 'closed'
    ? reasonText(standing, language, duplicateOf)
    : stateNames[language][standing.state]
}
