import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import type { RetentionRule } from '../../src/privacy/retention-rule.ts'
import { north, runsHere } from '../support/database.ts'
import { addCases, onBoth, type Register } from './fixtures.ts'
import { openOffice, rule, type Office } from './office.ts'
import { copy, say, whatIsLeft, whatShouldBe, write, type Life } from './retention-life.ts'
import { RetentionModel } from './retention-model.ts'

const reasons = ['fixed', 'spam'] as const
const categories = ['litter', 'light', 'litter'] as const
const number = fc.nat({ max: categories.length - 1 })

/** A step of this kind, so often. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('say' as const), at: number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), at: number }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('close' as const),
      at: number,
      reason: fc.constantFrom(...reasons, 'fixed', 'fixed', null),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('merge' as const), at: number, into: number }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('unmerge' as const), at: number }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hold' as const), at: number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), at: number }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('erasePerson' as const),
      at: fc.nat({ max: 5 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('night' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      months: fc.constantFrom(1, 11, 12, 13),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const decided = fc
  .record({
    category: fc.constantFrom(undefined, undefined, 'litter', 'light'),
    reason: fc.constantFrom(undefined, undefined, undefined, 'fixed', 'duplicate'),
    months: fc.constantFrom(undefined, 0, 1, 1, 12),
    years: fc.constantFrom(undefined, 1, 2, 2),
  })
  .map(({ category, reason, months, years }): Partial<RetentionRule> => ({
    when: {
      ...(category !== undefined && { category }),
      ...(reason !== undefined && { reason }),
    },
    contactsMonths: months,
    caseYears: years,
  }))

const histories = fc.record({
  rules: fc.array(decided, { minLength: 1, maxLength: 3 }),
  steps: fc.array(step, { minLength: 15, maxLength: 35 }),
})

await onBoth((open) => {
  it('erases what is due, keeps what is held or young, and does nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ rules, steps }) => {
        const named = rules.map((one, at) => rule({ name: `rule-${at}`, ...one }))
        await using register = await open()
        await live(register, named, steps)
      }),
      { numRuns: runsHere(30) },
    )
  })
})

async function live(
  register: Register,
  rules: readonly RetentionRule[],
  steps: readonly Step[],
): Promise<void> {
  const office = openOffice(register, rules)
  const model = new RetentionModel(categories, rules)
  for (const [at, category] of categories.entries())
    await addCases(register.database, [`c${at}`], { category })
  const life = { register, office, model }
  for (const one of steps) {
    register.clock.advance(durationUs(SECOND))
    await take(life, one)
    expect(await whatIsLeft(register)).toEqual(whatShouldBe(model))
  }
  // Whole cases and whole contacts each tell once; one person's part is told of with its report.
  const whole = office.erased.filter((one) => !one.includes(' '))
  expect(whole.toSorted()).toEqual(model.erased.map((at) => `c${at}`).toSorted())
}

type Kind = Step['kind']
type Of<K extends Kind> = Extract<Step, { readonly kind: K }>

/** Does it to the database and to the model. */
const doing: {
  readonly [K in Kind]: (life: Life, one: Of<K>, now: number) => Promise<void>
} = {
  say: async (life, { at }, now) => {
    await say(life, at)
    life.model.say(at, now)
  },
  write: async (life, { at }, now) => {
    await write(life, at)
    life.model.write(at, now)
  },
  close: async (life, { at, reason }, now) => {
    if (life.model.close(at, reason, now)) await copy(life, at)
  },
  merge: async (life, { at, into }, now) => {
    if (!life.model.merge(at, into, now)) return
    await copy(life, at)
    await copy(life, into)
  },
  unmerge: async (life, { at }, now) => {
    const into = life.model.cases[at]?.root ?? at
    if (!life.model.unmerge(at, now)) return
    await copy(life, at)
    await copy(life, into)
  },
  hold: (life, { at }) => hold(life, at),
  wait: async ({ register: { clock } }, { months }, now) => {
    const us = new Date(now).setUTCMonth(new Date(now).getUTCMonth() + months) * 1_000
    clock.advance(durationUs(us - now * 1_000))
  },
  night: (life, _, now) => night(life, now),
  erase: async ({ office, model }, { at }, now) => {
    const expected = model.eraseCase(at, now)
    expect(await asked(office, { case: `c${at}` })).toBe(expected)
  },
  erasePerson: async ({ office, model }, { at }) => {
    if (at >= model.told.length) return
    expect(await asked(office, { id: `r${at}` })).toBe(model.erasePerson(at))
  },
}

async function take<K extends Kind>(
  life: Life,
  one: Of<K> & { readonly kind: K },
): Promise<void> {
  await doing[one.kind](life, one, life.register.clock.now() / 1_000)
}

/** Undefined where a hold forbids it. */
async function asked({ privacy }: Office, what: { id: string } | { case: string }) {
  try {
    return await privacy.erase(north, what, 'user:x')
  } catch (error) {
    if (error instanceof Problem && error.details.kind === 'conflict') return undefined
    throw error
  }
}

async function night({ office, model }: Life, now: number): Promise<void> {
  const preview = await office.privacy.previewRetention(north)
  const counts = await office.privacy.runRetention(north, 'system')
  expect(new Set(preview)).toEqual(new Set(counts))
  const counted = new Map(
    counts.map(({ rule: by, step: of, cases }) => [`${by} ${of}`, cases]),
  )
  expect(counted).toEqual(model.night(now))
  expect(await office.privacy.runRetention(north, 'system')).toEqual([])
}

async function hold({ office, model }: Life, at: number): Promise<void> {
  const one = model.cases[at]
  if (one === undefined) return
  one.held = !one.held
  const on = { case: `c${at}`, reference: 'Mål 12-26' }
  if (one.held) await office.privacy.hold(north, on, 'user:x')
  else await office.privacy.release(north, on.case, 'user:x')
}
