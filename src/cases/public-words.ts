import { Problem } from '../domain/problem.ts'
import { mask } from '../privacy/mask.ts'
import type { CaseCatalogue } from './catalogue.ts'
import { holdsIdentityNumber } from './identity-number.ts'
import type { WordsWarning } from './views.ts'

/**
 * Throws Problem invalid for words that hold a personal identity number, Swedish or Norwegian. Everybody
 * who has the link reads what is said, and letters cannot be called back.
 */
export function checkNoIdentityNumber(text: string, where: string): void {
  if (!holdsIdentityNumber(text)) return
  throw new Problem({
    kind: 'invalid',
    what: 'The text holds a personal identity number.',
    where,
    why: 'Everybody with a link to the case reads it.',
    next: 'Leave it out. A telephone number is written with its groups: 070-123 45 67.',
  })
}

/** What to look at again in words for others; nothing: they may be said. */
export interface Warned {
  readonly warnings?: WordsWarning[]
}

/**
 * What looks like somebody's contact in words for others, for whoever says them to look at again. What the organisation says of itself is none: addresses of its units, numbers that its
 * questions name, and what stands in its templates.
 */
export function warnedOf(text: string, catalogue: CaseCatalogue): Warned {
  const { spans } = mask(text)
  if (spans.length === 0) return {}
  const own = ownContacts(catalogue)
  const warnings = spans.filter(({ start, end }) => !own.has(bare(text.slice(start, end))))
  return warnings.length === 0 ? {} : { warnings }
}

/** Throws Problem conflict for words to look at again, with the places in them as `facts.warnings`. */
export function checkUnwarned({ warnings }: Warned): void {
  if (warnings === undefined) return
  throw new Problem({
    kind: 'conflict',
    what: 'The text holds what looks like a contact.',
    where: 'text',
    why: 'Everybody with a link to the case reads it, and letters cannot be called back.',
    next: 'Leave it out, or send it again without "unlessWarned" if everybody may know it.',
    facts: { warnings },
  })
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
