import { Problem } from '../domain/problem.ts'
import { mask } from '../privacy/mask.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { WordsWarning } from './views.ts'

/**
 * Throws Problem invalid for words that hold a personal identity number, Swedish or Norwegian: one
 * whose check digits are right, so that telephone numbers and sums of money pass. Everybody who has the
 * link reads what is said, and letters cannot be called back.
 */
export function checkNoIdentityNumber(text: string, where: string): void {
  if (!candidatesIn(text).some(isIdentityNumber)) return
  throw new Problem({
    kind: 'invalid',
    what: 'The text holds a personal identity number.',
    where,
    why: 'Everybody with a link to the case reads it.',
    next: 'Leave it out. A telephone number is written with its groups: 070-123 45 67.',
  })
}

/**
 * What looks like somebody's contact in words that were said to others, for whoever said them to look
 * at again. What the organisation says of itself is none: addresses of its units, numbers that its
 * questions name, and what stands in its templates.
 */
export function warnedOf(
  text: string,
  catalogue: CaseCatalogue,
): { readonly warnings?: WordsWarning[] } {
  const { spans } = mask(text)
  if (spans.length === 0) return {}
  const own = ownContacts(catalogue)
  const warnings = spans.filter(({ start, end }) => !own.has(bare(text.slice(start, end))))
  return warnings.length === 0 ? {} : { warnings }
}

/** Contacts that are the organisation's own, each as `bare` writes it. */
function ownContacts({ units, categories, templates }: CaseCatalogue): ReadonlySet<string> {
  const emails = [...units.values()].map(({ email }) => email ?? '')
  const numbers = [...categories.values()]
    .flatMap(({ questions }) => questions.flatMap(({ choices }) => choices))
    .map(({ call }) => call?.phone ?? '')
  const texts = [...(templates?.values() ?? [])].flatMap(({ text, mail = {} }) =>
    Object.values(text).concat(Object.values(mail)),
  )
  const written = texts.flatMap((text) => contactsIn(text ?? ''))
  return new Set([...emails, ...numbers, ...written].map(bare))
}

function contactsIn(text: string): readonly string[] {
  return mask(text).spans.map(({ start, end }) => text.slice(start, end))
}

/** An address in lower case; of a number its digits, without the zeros and country that lead them. */
function bare(contact: string): string {
  if (/\p{L}/u.test(contact)) return contact.replaceAll(/\s/g, '').toLowerCase()
  const dialled = contact.replaceAll(/[^\d+]/g, '')
  return dialled.replace(/^(?:\+|00)4[67]/, '').replace(/^0+/, '')
}

/** Ten, eleven or twelve digits that could be such a number, without what stands between them. */
function candidatesIn(text: string): readonly string[] {
  const found = text.matchAll(/(?<!\d)\d{6,8}[-+–\s]?\d{4,5}(?!\d)/g)
  return Array.from(found, ([match]) => match.replaceAll(/\D/g, ''))
}

function isIdentityNumber(digits: string): boolean {
  if (digits.length === 11) return isNorwegian(digits)
  return (digits.length === 10 || digits.length === 12) && isSwedish(digits.slice(-10))
}

/** A day of birth, to which 60 is added in coordination numbers; the last digit checks all (Skatteverket, SKV 704). */
function isSwedish(digits: string): boolean {
  const month = Number(digits.slice(2, 4))
  const day = Number(digits.slice(4, 6)) % 60
  if (month < 1 || month > 12 || day < 1 || day > 31) return false
  const sum = Array.from(digits, Number).reduce((total, digit, at) => {
    const weighted = at % 2 === 0 ? 2 * digit : digit
    return total + (weighted > 9 ? weighted - 9 : weighted)
  }, 0)
  return sum % 10 === 0
}

/** The last digit checks all the others (Skatteetaten, on fødselsnummer). */
const norwegianWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]

/** 40 is added to the day in D-numbers; what is added to months in others is not looked at. */
function isNorwegian(digits: string): boolean {
  const day = Number(digits.slice(0, 2)) % 40
  if (day < 1 || day > 31) return false
  const sum = norwegianWeights.reduce((total, weight, at) => {
    return total + weight * Number(digits[at])
  }, 0)
  return sum % 11 === 0
}
