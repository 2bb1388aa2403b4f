import { describe, expect, it } from 'vitest'
import { evidenceLines, membersOf } from '../../../src/console/alarms/evidence-lines.ts'
import { saysItself } from '../../../src/console/alarms/suppression.ts'

describe('the evidence of a raise', () => {
  it('shows limit and computed value where they were stored', () => {
    const at = '2026-11-21T12:00:00.000Z'
    const stored = { role: 'level', point: 7, value: 2.6, quality: 'good', at }
    expect(
      evidenceLines([{ ...stored, limit: 2.5, computed: 0.4, condition: 'rate' }]),
    ).toEqual([
      {
        key: '0',
        role: 'level',
        value: 2.6,
        computed: 0.4,
        limit: 2.5,
        quality: 'good',
        at,
      },
    ])
    expect(evidenceLines([{ ...stored, value: false }])).toMatchObject([
      { value: false, computed: null, limit: null },
    ])
  })

  it('leaves empty what is of no known kind', () => {
    expect(evidenceLines([{ value: { nested: 1 }, limit: '3', role: 4 }])).toEqual([
      { key: '0', role: '', value: null, computed: null, limit: null, quality: '', at: '' },
    ])
  })
})

it('adds the words of people to a reason, and not those of programs', () => {
  const kinds = ['shelved', 'shelvedOnce', 'maintenance', 'outOfService'] as const
  expect(kinds.every((kind) => saysItself({ kind }))).toBe(true)
  const programs = ['design', 'topology', 'held', 'flood'] as const
  expect(programs.some((kind) => saysItself({ kind }))).toBe(false)
})

it('names the members of a gathered alarm, by their ids where the names are gone', () => {
  const gathered = { role: '', value: 3, limit: 2, condition: 'gathered' }
  const evidence = [
    gathered,
    { role: '', value: 'lamp-1', condition: 'member', name: 'Lamp 1' },
    { role: '', value: 'lamp-2', condition: 'member' },
  ]
  expect(membersOf(evidence)).toEqual([
    { id: 'lamp-1', name: 'Lamp 1' },
    { id: 'lamp-2', name: 'lamp-2' },
  ])
  expect(membersOf([gathered])).toEqual([])
})
