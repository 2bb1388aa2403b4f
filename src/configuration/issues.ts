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
}

/** Everything the schema has against the document; empty when it fits. */
export function explainMisfit(schema: z.ZodType, document: Json): Explained[] {
  const result = schema.safeParse(document)
  if (result.success) return []
  return result.error.issues.flatMap((issue) => explain(issue, { schema, document }))
}

interface Subject {
  readonly schema: z.ZodType
  readonly document: Json
}

function explain(issue: Issue, subject: Subject): Explained[] {
  const { path } = issue
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], subject))
    case 'invalid_key':
      return [
        {
          path,
          part: 'key',
          what: `the key "${String(path.at(-1))}" is not allowed here`,
          why: `expected ${issue.issues[0]?.message ?? 'another key'}`,
        },
      ]
    case 'invalid_union':
      return explainUnion(issue, subject)
    case 'invalid_type':
      return [wrong(path, subject.document, typeWords(issue.expected))]
    case 'invalid_value':
      return [wrongChoice(path, subject.document, issue.values.map(String))]
    case 'too_big':
      return [
        wrong(path, subject.document, `at most ${amount(issue.origin, issue.maximum)}`),
      ]
    case 'too_small':
      return [
        wrong(path, subject.document, `at least ${amount(issue.origin, issue.minimum)}`),
      ]
    case 'invalid_format':
      return [wrong(path, subject.document, formatWords(issue))]
    case 'not_multiple_of':
      return [wrong(path, subject.document, `a multiple of ${issue.divisor}`)]
    case 'invalid_element':
    case 'custom':
      return [wrong(path, subject.document, issue.message)]
  }
}

function unknownKey(path: readonly PropertyKey[], subject: Subject): Explained {
  const key = String(path.at(-1))
  const known = knownKeys(subject.schema, subject.document, path.slice(0, -1))
  const near = nearest(key, known)
  const what = `the key "${key}" is unknown here`
  if (near !== undefined) {
    return { path, part: 'key', what, next: `did you mean "${near}"?` }
  }
  return { path, part: 'key', what, why: `known here: ${known.join(', ') || 'none'}` }
}

/** The branch with the least against it speaks; if every branch refuses the value as a whole, all do. */
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
    .map((branch) => branch.flatMap((one) => explain(one, subject)))
  return explained.toSorted((a, b) => burden(a) - burden(b))[0] ?? []
}

/** Fewer complaints are lighter, and a misspelling with an obvious correction is half a complaint. */
function burden(branch: readonly Explained[]): number {
  return branch.length - branch.filter(({ next }) => next !== undefined).length / 2
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
    return { path, part: 'key', what: `${name} is missing`, why }
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
