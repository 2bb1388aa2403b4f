import type { Value } from '../../domain/reading.ts'
import type { Evidence } from '../../domain/transition.ts'
import type { Condition } from '../condition.ts'
import type { ExplainedNode } from '../explained.ts'
import type { Parameter } from '../parameter.ts'
import { durationText } from './duration-text.ts'

const becauseWords: Readonly<Record<string, string>> = {
  no_binding: 'nothing measures it',
  no_reading: 'no reading yet',
  bad: 'the reading is bad',
  stale: 'the reading is too old',
  not_enough: 'not enough readings yet',
  no_parameter: 'the asset lacks the attribute',
  no_place: 'nobody knows where the asset stands',
  near_crossing: 'the sun is too near the limit to say',
  few_known: 'too few of its members are known',
}

/** Why something is UNKNOWN, as a few words. */
function becauseText(because: string | undefined): string {
  if (because === undefined) return 'nobody can say why'
  return becauseWords[because] ?? because.replaceAll('_', ' ')
}

/** A condition that has none below it, as a statement about what was measured. */
export function leafWords(condition: Condition | undefined, node: ExplainedNode): string {
  if (node.truth === 'unknown') {
    return `${subjectOf(condition, node)} unknown (${becauseText(node.because)})`
  }
  const holds = node.truth === 'true'
  const [first] = node.evidence
  const of: Told = { holds, first, value: shown(first?.value ?? null) }
  if (condition === undefined || 'of' in condition) return generic(node, of)
  return say(condition.kind, condition, of)
}

type Speaking = Exclude<Condition, { readonly of: unknown }>
type Kinds = { readonly [K in Speaking['kind']]: Extract<Speaking, { readonly kind: K }> }

function say<K extends keyof Kinds>(kind: K, condition: Kinds[K], of: Told): string {
  return words[kind](condition, of)
}

const words: {
  readonly [K in keyof Kinds]: (condition: Kinds[K], of: Told) => string
} = {
  threshold: ({ role, above, below, deadband }, of) =>
    above === undefined ? low(role, below, deadband, of) : high(role, above, deadband, of),
  levels,
  outside,
  state,
  dark: (_, { holds }) => (holds ? 'dark' : 'not dark'),
  during: (_, { holds }) => (holds ? 'within its times' : 'outside its times'),
  noData: ({ timeout }, { holds }) =>
    `${holds ? 'silent for longer than' : 'heard within'} ${durationText(timeout)}`,
  rateOfChange: (condition, of) =>
    `${condition.role} changes ${computed(of)} per ${durationText(condition.per)} ${bound(condition, of)} over ${durationText(condition.window)}`,
  flatline: ({ role, epsilon, window }, of) =>
    `${role} ${of.holds ? 'stays' : 'moves'} ${computed(of)} ${of.holds ? '≤' : '>'} ${epsilon} over ${durationText(window)}`,
  deviation: ({ role, from, by, percent }, of) =>
    `${role} ${of.value} differs from ${from} ${computed(of)} ${limited(by ?? percent, of)}`,
  baseline: ({ role, by, percent }, of) =>
    `${role} ${of.value} differs from its usual ${computed(of)} ${limited(by ?? percent, of)}`,
  discrepancy: ({ command, feedback, travel }, { holds }) =>
    holds
      ? `${feedback} does not follow ${command} for longer than ${durationText(travel)}`
      : `${feedback} follows ${command}`,
  countInWindow: ({ role, event, count, window }, of) =>
    `${role} ${eventWords[event]} ${computed(of)} ${of.holds ? '≥' : '<'} ${count} times in ${durationText(window)}`,
  runTime: ({ role, budget, window }, { holds }) =>
    `${role} on ${holds ? 'longer than' : 'no longer than'} ${durationText(budget)} in ${durationText(window)}`,
  group: ({ value, role, above, below, deadband }, { holds, first }) => {
    const together = first?.computed ?? null
    const of: Told = {
      holds,
      value: shown(together),
      first: first === undefined ? undefined : { ...first, value: together },
    }
    const what = `${value} of ${role}`
    return above === undefined
      ? low(what, below, deadband, of)
      : high(what, above, deadband, of)
  },
  forecast: ({ role, above, below, horizon }, of) =>
    `${role} ${of.value} ${of.holds ? 'reaches' : 'does not reach'} ${limitText(above ?? below, of)} within ${durationText(horizon)}`,
}

interface Told {
  readonly holds: boolean
  readonly first: Evidence | undefined
  readonly value: string
}

const eventWords = {
  rising: 'went on',
  falling: 'went off',
  change: 'changed',
  reading: 'was heard',
} as const

function subjectOf(condition: Condition | undefined, node: ExplainedNode): string {
  if (condition?.kind === 'group' && 'role' in condition)
    return `${condition.value} of ${condition.role}`
  const [first] = node.evidence
  if (first !== undefined) return first.role
  if (condition === undefined) return node.kind
  if ('role' in condition) return condition.role
  return 'command' in condition ? condition.feedback : node.kind
}

function high(
  role: string,
  limit: Parameter | undefined,
  deadband: number,
  of: Told,
): string {
  const at = limitNumber(limit, of)
  const text = limitText(limit, of)
  // What is left is left at the deadband; what was never entered is held against the limit itself.
  if (!of.holds) {
    const entered = at !== undefined && !isBelow(of, at) ? number(at + deadband) : text
    return `${role} ${of.value} < ${entered}`
  }
  return isBelow(of, at)
    ? `${role} ${of.value} ≥ ${text} − ${deadband} (its deadband)`
    : `${role} ${of.value} ≥ ${text}`
}

function low(
  role: string,
  limit: Parameter | undefined,
  deadband: number,
  of: Told,
): string {
  const at = limitNumber(limit, of)
  const text = limitText(limit, of)
  if (!of.holds) {
    const entered = at !== undefined && !isAbove(of, at) ? number(at - deadband) : text
    return `${role} ${of.value} > ${entered}`
  }
  return isAbove(of, at)
    ? `${role} ${of.value} ≤ ${text} + ${deadband} (its deadband)`
    : `${role} ${of.value} ≤ ${text}`
}

function levels(condition: Condition & { readonly kind: 'levels' }, of: Told): string {
  const { role, side, steps } = condition
  const [mildest] = steps
  const text = limitText(mildest?.limit, of)
  const relation = side === 'above' ? ['≥', '<'] : ['≤', '>']
  return `${role} ${of.value} ${of.holds ? relation[0] : relation[1]} ${text}`
}

function outside(condition: Condition & { readonly kind: 'outside' }, of: Told): string {
  const { role, low: from, high: to } = condition
  const range = `${parameterText(from)} to ${parameterText(to)}`
  return `${role} ${of.value} ${of.holds ? 'outside' : 'within'} ${range}`
}

function state(condition: Condition & { readonly kind: 'state' }, of: Told): string {
  const { role, bits } = condition
  if (bits !== undefined) {
    return `${role} ${of.value} ${of.holds ? 'has' : 'has not'} the bits ${bits.match} of ${bits.mask}`
  }
  const wanted = (condition.in ?? []).map((one) => shown(one)).join(' or ')
  return of.holds ? `${role} is ${of.value}` : `${role} is ${of.value}, not ${wanted}`
}

function bound(
  condition: {
    readonly above?: Parameter | undefined
    readonly below?: Parameter | undefined
  },
  of: Told,
): string {
  if (condition.above !== undefined)
    return `${of.holds ? '≥' : '<'} ${limitText(condition.above, of)}`
  return `${of.holds ? '≤' : '>'} ${limitText(condition.below, of)}`
}

function limited(limit: Parameter | undefined, of: Told): string {
  return `${of.holds ? '≥' : '<'} ${limitText(limit, of)}`
}

function computed({ first }: Told): string {
  return first?.computed === undefined ? 'by an unknown amount' : number(first.computed)
}

function generic({ kind, evidence }: ExplainedNode, { holds }: Told): string {
  const values = evidence.map(({ role, value }) => `${role} ${shown(value)}`).join(', ')
  // A member's part in a sum is neither so nor not.
  if (kind === 'value') return values
  return `${kind}${values === '' ? '' : ` (${values})`} ${holds ? 'holds' : 'does not hold'}`
}

function isBelow({ first }: Told, limit: number | undefined): boolean {
  return typeof first?.value === 'number' && limit !== undefined && first.value < limit
}

function isAbove({ first }: Told, limit: number | undefined): boolean {
  return typeof first?.value === 'number' && limit !== undefined && first.value > limit
}

function limitNumber(limit: Parameter | undefined, { first }: Told): number | undefined {
  return typeof limit === 'number' ? limit : first?.limit
}

function limitText(limit: Parameter | undefined, of: Told): string {
  const at = limitNumber(limit, of)
  return at === undefined ? parameterText(limit) : number(at)
}

/** A parameter as the rule has it. */
function parameterText(parameter: Parameter | undefined): string {
  if (parameter === undefined) return 'its limit'
  if (typeof parameter === 'number') return number(parameter)
  return 'attribute' in parameter
    ? `the attribute ${parameter.attribute}`
    : 'what the schedule says'
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)))
}

/** A value for people: texts as they are, truth as on and off would be guesses, so true and false. */
function shown(value: Value): string {
  if (value === null) return 'without a value'
  return typeof value === 'number' ? number(value) : String(value)
}
