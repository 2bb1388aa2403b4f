import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { north } from '../support/database.ts'
import { aReport, openTown, withQuestions, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown({ catalogue: withQuestions })
})
afterEach(() => town[Symbol.asyncDispose]())

const hole = (answers: Record<string, string | number | readonly string[]>) =>
  aReport({ category: 'hole', answers, text: 'Stort.' })

describe('questions of a category', () => {
  it('are kept apart: choices and numbers with the report, words with the person', async () => {
    const { case: id } = await town.cases.report(
      north,
      hole({ danger: 'no', depth: 3, more: 'Vid Anderssons.' }),
    )
    const query = town.database.read(north)
    const row = await query.selectFrom('report').select('answers').executeTakeFirst()
    expect(JSON.parse(row?.answers ?? '')).toEqual({ danger: 'no', depth: 3 })
    const { reporters } = await town.cases.get(north, id, true)
    expect(reporters?.[0]?.text).toBe('Stort.\nÄr den farlig?: Vid Anderssons.')
  })

  it('stop a report of what one must call about, with the number', async () => {
    await expect(town.cases.report(north, hole({ danger: 'gas' }))).rejects.toMatchObject({
      details: { kind: 'invalid', where: 'answers.danger', facts: { call: '112' } },
    })
    expect(await town.cases.list(north, { which: 'all', limit: 10 })).toEqual([])
  })

  it.each([
    ['that must be answered', {}, 'answers.danger'],
    ['that is not asked', { danger: 'no', size: 'x' }, 'answers.size'],
    ['with a choice there is not', { danger: 'maybe' }, 'answers.danger'],
    ['with two of one', { danger: ['no', 'gas'] }, 'answers.danger'],
    ['with words for a number', { danger: 'no', depth: 'deep' }, 'answers.depth'],
    ['with more words than fit', { danger: 'no', more: 'x'.repeat(501) }, 'answers.more'],
  ])('refuse one %s', async (_, answers, where) => {
    await expect(town.cases.report(north, hole(answers))).rejects.toMatchObject({
      details: { kind: 'invalid', where },
    })
  })
})
