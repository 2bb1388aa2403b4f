/** What a span of free text looks like. */
export type MaskedKind = 'email' | 'phone' | 'personal_number' | 'number_plate'

/** Where something was found: UTF-16 offsets into the original text, `end` exclusive. */
export interface MaskedSpan {
  readonly start: number
  readonly end: number
  readonly kind: MaskedKind
}

export interface Masked {
  readonly text: string
  /** In order, without overlap; of two kinds at one place the first of `finders`. */
  readonly spans: readonly MaskedSpan[]
}

const mark = '•••'

/*
 * Every expression runs in time linear in the text: repetitions are bounded or followed by nothing,
 * and parts that follow each other share no character, so nothing is tried twice.
 */

// RFC 5321 bounds: 64 characters before the sign, labels of 63. `(at)` is how people hide one.
const email =
  /[\p{L}\p{N}._%+'-]{1,64}\s?(?:@|[([]at[)\]])\s?[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/giu

/**
 * Swedish: day of birth, with or without its century, and four digits; `+` from 100 years on; 60 is
 * added to the day of a coordination number (Skatteverket, SKV 704 and 707).
 */
const swedishNumber =
  /(?<!\d)(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])[-+–\s]?\d{4}(?!\d)/g
/** Norwegian: six digits of birth and five, with any of the numbers that are added to day or month. */
const norwegianNumber = /(?<!\d)\d{6}[\s-]?\d{5}(?!\d)/g

/** Digits with what people put between them; the invisible too. Seven or more, whatever follows. */
const phone =
  /(?:\+\s?)?\(?\p{Nd}(?:[\s()./\-\u2010-\u2015\u2212\u200B-\u200D\u2060\uFEFF\u00AD]{0,3}\p{Nd}){6,}/gu
/** A Swedish number as its neighbours write it: `98 76 54`. */
const localPhone = /(?<!\d)\d{2}[ \u00A0-]\d{2}[ \u00A0-]\d{2}(?!\d)/g

/** Swedish since 2019: three letters, two digits, a digit or letter; I, Q, V and å, ä, ö are not used. */
const swedishPlate =
  /(?<![\p{L}\p{N}])([A-HJ-PR-UW-Z]{3})[\s-]?\d{2}[0-9A-HJ-NPR-UW-Z](?![\p{L}\p{N}])/giu
/** Norwegian: two letters and four or five digits. */
const norwegianPlate = /(?<![\p{L}\p{N}])([A-Z]{2})[\s-]?\d{4,5}(?![\p{L}\p{N}])/giu

/** Words that stand before a number without being part of a plate. */
const words = new Set(
  (
    'och den det ett kan med mot har hus som man nog den upp ner cirka alt kom ser for her ' +
    'the and was for are but has lot gul bro kar nr kl ca no og er av to at by en et de om ' +
    'in on id km st tel box art'
  )
    .split(' ')
    .map((word) => word.toUpperCase()),
)

/** A day of the calendar or the number of a case (`STR-2026-000123`), which nobody can call. */
const known =
  /(?<![\p{L}\d])\p{Lu}{2,5}-20\d{2}-\d{6}(?!\d)|(?<!\d)(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d|-\d)/gu

const finders: readonly (readonly [MaskedKind, RegExp])[] = [
  ['email', email],
  ['personal_number', swedishNumber],
  ['personal_number', norwegianNumber],
  ['phone', phone],
  ['phone', localPhone],
  ['number_plate', swedishPlate],
  ['number_plate', norwegianPlate],
]

/**
 * Replaces whatever looks like a contact, a personal identity number (Swedish, Norwegian) or a
 * number plate by `•••`. Rather too much than too little: a person reviews what is shown.
 */
export function mask(text: string): Masked {
  const spans = disjoint(found(text))
  let masked = ''
  let from = 0
  for (const { start, end } of spans) {
    masked += text.slice(from, start) + mark
    from = end
  }
  return { text: masked + text.slice(from), spans }
}

function found(text: string): readonly MaskedSpan[] {
  // As many letters as before, so that offsets stay and no number runs across one.
  const rest = text.replaceAll(known, (match) => 'x'.repeat(match.length))
  const spans: MaskedSpan[] = []
  for (const [kind, expression] of finders) {
    for (const match of rest.matchAll(expression)) {
      if (kind === 'number_plate' && isWord(match[1])) continue
      spans.push({ start: match.index, end: match.index + match[0].length, kind })
    }
  }
  return spans
}

function isWord(letters: string | undefined): boolean {
  return letters !== undefined && words.has(letters.toUpperCase())
}

/** Overlapping ones become one, of the kind that was looked for first. */
function disjoint(spans: readonly MaskedSpan[]): readonly MaskedSpan[] {
  const joined: MaskedSpan[] = []
  // The sort is stable: at one place the first finder's stands first.
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = joined.at(-1)
    if (last === undefined || span.start >= last.end) joined.push(span)
    else if (span.end > last.end) joined[joined.length - 1] = { ...last, end: span.end }
  }
  return joined
}
