import type { z } from 'zod'
import { kindOfValue, knownKeys, typeWords } from './expected.ts'
import { isJsonObject, isList, valueAt, type Json } from './json.ts'
import { nearest, suggestion } from './mistake.ts'

type Issue = z.core.$ZodIssue

/** What a schema has against a document, in words, with the path of the offending part. */
export interface Explained {
  readonly path: readonly PropertyKey[]
  readonly part: 'key' | 'value'
  readonly what: string
  readonly why?: string
  readonly next?: string
  /** The path that a misspelt key was probably meant to be. */
  readonly meant?: string
  /** The path of a key that is not there. */
  readonly missing?: string
}

/** What a person is told of it. */
export function wordsOf({ what, why, next }: Explained): {
  readonly what: string
  readonly why?: string
  readonly next?: string
} {
  return { what, ...(why !== undefined && { why }), ...(next !== undefined && { next }) }
}

/** Everything the schema has against the document; empty when it fits. */
export function explainMisfit(schema: z.ZodType, document: Json): Explained[] {
  const result = schema.safeParse(document)
  if (result.success) return []
  const subject = { schema, document }
  const complaints = result.error.issues.flatMap((issue) => explain(issue, subject))
  return withoutEchoes(complaints)
}

/** A misspelt key is not also missing. */
function withoutEchoes(complaints: readonly Explained[]): Explained[] {
  const meant = new Set(complaints.map((one) => one.meant))
  return complaints.filter(({ missing }) => missing === undefined || !meant.has(missing))
}

interface Subject {
  readonly schema: z.ZodType
  readonly document: Json
}

function explain(issue: Issue, subject: Subject): Explained[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], subject))
  }
  if (issue.code === 'invalid_key') return [wrongKey(issue)]
  if (issue.code === 'invalid_union') return explainUnion(issue, subject)
  if (issue.code === 'invalid_value') {
    return [wrongChoice(path, subject.document, issue.values.map(String))]
  }
  return [wrong(path, subject.document, expectedWords(issue))]
}

function wrongKey({ path, issues }: Issue & { readonly code: 'invalid_key' }): Explained {
  return {
    path,
    part: 'key',
    what: `the key "${String(path.at(-1))}" is not allowed here`,
    why: `expected ${issues[0]?.message ?? 'another key'}`,
  }
}

type Wrong = Exclude<
  Issue,
  { readonly code: 'unrecognized_keys' | 'invalid_key' | 'invalid_union' | 'invalid_value' }
>

function expectedWords(issue: Wrong): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected)
    case 'too_big':
      return `at most ${amount(issue.origin, issue.maximum)}`
    case 'too_small':
      return `at least ${amount(issue.origin, issue.minimum)}`
    case 'invalid_format':
      return formatWords(issue)
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_element':
    case 'custom':
      return issue.message
  }
}

function unknownKey(path: readonly PropertyKey[], subject: Subject): Explained {
  const key = String(path.at(-1))
  const known = knownKeys(subject.schema, subject.document, path.slice(0, -1))
  const near = nearest(key, known)
  const what = `the key "${key}" is unknown here`
  if (near !== undefined) {
    const meant = pathText([...path.slice(0, -1), near])
    return { path, part: 'key', what, next: `did you mean "${near}"?`, meant }
  }
  return { path, part: 'key', what, why: `known here: ${known.join(', ') || 'none'}` }
}

/** The branch with the fewest complaints speaks; if every branch refuses the value as a whole, all do. */
function explainUnion(
  issue: Issue & { readonly code: 'invalid_union' },
  subject: Subject,
): Explained[] {
  const { path } = issue
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : []
    return [wrongChoice(path, subject.document, options.map(String))]
  }
  const inner = issue.errors.map((branch) =>
    branch.map((one): Issue => ({ ...one, path: [...path, ...one.path] })),
  )
  const whole = inner.map((branch) =>
    branch.find((one) => one.code === 'invalid_type' && one.path.length === path.length),
  )
  if (whole.every((one) => one !== undefined)) {
    const types = whole.flatMap((one) => (one?.code === 'invalid_type' ? one.expected : []))
    const expected = [...new Set(types.map(typeWords))].join(' or ')
    return [wrong(path, subject.document, expected)]
  }
  const explained = inner
    .filter((_, index) => whole[index] === undefined)
    .map((branch) => withoutEchoes(branch.flatMap((one) => explain(one, subject))))
  return explained.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function wrongChoice(
  path: readonly PropertyKey[],
  document: Json,
  options: readonly string[],
): Explained {
  const found = valueAt(document, path)
  const base = wrong(path, document, `one of ${options.join(', ')}`)
  return typeof found === 'string' ? { ...base, ...suggestion(found, options) } : base
}

function wrong(path: readonly PropertyKey[], document: Json, expected: string): Explained {
  const found = valueAt(document, path)
  const name = pathText(path)
  const why = `expected ${expected}`
  if (found === undefined) {
    return { path, part: 'key', what: `${name} is missing`, why, missing: name }
  }
  const what = `${name} is ${shown(found)}`
  return { path, part: 'value', what, why, ...spelling(found, expected) }
}

/** The two slips of the pen that YAML makes easy. */
function spelling(found: Json, expected: string): { readonly next?: string } {
  if (
    expected === typeWords('string') &&
    (typeof found === 'number' || typeof found === 'boolean')
  ) {
    return { next: 'put it in quotes' }
  }
  if (expected === typeWords('boolean') && typeof found === 'string') {
    if (/^(?:yes|on|y|ja|true)$/i.test(found)) return { next: 'write true' }
    if (/^(?:no|off|n|nei|nej|false)$/i.test(found)) return { next: 'write false' }
  }
  return {}
}

function shown(value: Json): string {
  if (value === null) return 'empty'
  if (isList(value) || isJsonObject(value)) return kindOfValue(value)
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? String(step) : `.${String(step)}`
  }
  return text === '' ? 'this' : text
}

function amount(origin: string, limit: number | bigint): string {
  if (origin === 'string') return `${limit} characters`
  if (origin === 'array' || origin === 'set') return `${limit} entries`
  return String(limit)
}

function formatWords(issue: Issue & { readonly code: 'invalid_format' }): string {
  if (issue.format === 'email') return 'an e-mail address'
  return issue.message.startsWith('Invalid ') ? `a valid ${issue.format}` : issue.message
}
