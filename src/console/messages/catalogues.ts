import type { Language } from '../../domain/language.ts'
import { en } from './en.ts'
import type { Messages } from './messages.ts'
import { nb } from './nb.ts'
import { sv } from './sv.ts'

/** The texts of the console in every language it speaks. */
export const catalogues: Readonly<Record<Language, Messages>> = { sv, nb, en }

/** In the order of the language switch. */
export const languages: readonly Language[] = ['sv', 'nb', 'en']

/** The first of the person's languages that we speak; English when there is none. */
export function chooseLanguage(wanted: readonly (string | null | undefined)[]): Language {
  for (const name of wanted) {
    const short = name?.slice(0, 2).toLowerCase()
    const known = languages.find((language) => language === short)
    if (known !== undefined) return known
    // Browsers name Norwegian in three ways.
    if (short === 'no' || short === 'nn') return 'nb'
  }
  return 'en'
}
