import { describe, expect, it } from 'vitest'
import { holding, type Phase, type Signal } from '../../src/rules/holding.ts'

/** Decided by hand, cell by cell; a new phase or signal does not compile until every cell is. */
const expected: Record<Phase, Record<Signal, readonly [to: Phase, event?: string]>> = {
  NORMAL: {
    true: ['PENDING'],
    false: ['NORMAL'],
    cut: ['NORMAL'],
    elapsed: ['NORMAL'],
    retired: ['NORMAL'],
  },
  PENDING: {
    true: ['PENDING'],
    false: ['NORMAL'],
    cut: ['NORMAL'],
    elapsed: ['ACTIVE', 'raised'],
    retired: ['NORMAL'],
  },
  ACTIVE: {
    true: ['ACTIVE'],
    false: ['CLEARING'],
    cut: ['ACTIVE'],
    elapsed: ['ACTIVE'],
    retired: ['NORMAL', 'withdrawn'],
  },
  CLEARING: {
    true: ['ACTIVE'],
    false: ['CLEARING'],
    cut: ['CLEARING'],
    elapsed: ['NORMAL', 'cleared'],
    retired: ['NORMAL', 'withdrawn'],
  },
}

const phases = ['NORMAL', 'PENDING', 'ACTIVE', 'CLEARING'] as const
const signals = ['true', 'false', 'cut', 'elapsed', 'retired'] as const

describe('the phases of an alarm', () => {
  for (const phase of phases) {
    for (const signal of signals) {
      const [to, event] = expected[phase][signal]
      it(`${phase} + ${signal} → ${to}${event === undefined ? '' : `, ${event}`}`, () => {
        const step = holding[phase][signal]
        expect([step.to, step.event]).toEqual([to, event])
      })
    }
  }
})
