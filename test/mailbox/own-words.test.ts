import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ownWords } from '../../src/mailbox/own-words.ts'
import { CpuBudget } from '../support/cpu-budget.ts'
import { quoted } from './letters.ts'

it.each(quoted)('finds the own words: %s', (_, text, own) => {
  expect(ownWords(text)).toBe(own)
})

it('never makes up words, and is done at once', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      '',
      '> quote',
      '-- ',
      'Från: a',
      'Skickat: b',
      '____________',
      'x wrote:',
    ),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const text = lines.join('\n')
      const own = ownWords(text)
      const known = new Set(
        text.split('\n').map((one) => one.replace(/^(?:>\s?)+/, '').trim()),
      )
      expect(own.split('\n').every((one) => known.has(one.trim()) || one === '')).toBe(true)
    }),
    { numRuns: 500 },
  )
})

it('takes no longer for what is made to be slow', () => {
  const long = 'a '.repeat(100_000)
  const budget = new CpuBudget()
  for (const text of [
    long,
    `-${' '.repeat(50_000)}x`,
    `${'wrote '.repeat(20_000)}1`,
    '>\n'.repeat(50_000),
  ]) {
    budget.count(() => ownWords(text))
  }
  expect(budget.longestMs).toBeLessThan(1_000)
})
