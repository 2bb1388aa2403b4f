import { describe, expect, it } from 'vitest'
import { absenceInput } from '../../../src/assignment/absence-views.ts'
import {
  DEPUTIES_MAX,
  readAbsence,
  withDeputy,
  withPerson,
  type AbsenceInput,
} from '../../../src/console/absences/absence-input.ts'
import { slug } from '../../../src/domain/ids.ts'

const asked = absenceInput.extend({ person: slug })

const today = '2026-11-22'

const absence = (changes: Partial<AbsenceInput> = {}): AbsenceInput => ({
  person: 'fia',
  from: '2026-12-21',
  to: '2026-12-24',
  deputies: ['hedda', 'valter'],
  alsoOpen: true,
  handBack: false,
  ...changes,
})

describe('an absence', () => {
  it('is sent as the service takes it', () => {
    const read = readAbsence(absence(), today)
    expect(asked.parse(read)).toEqual({
      person: 'fia',
      from: '2026-12-21',
      to: '2026-12-24',
      deputies: ['hedda', 'valter'],
      scope: 'also_open',
      handBack: false,
    })
  })

  it.each([
    ['nobody', { person: '' }, ['person']],
    ['no first day', { from: '' }, ['from']],
    ['no last day', { to: '' }, ['to']],
    ['no days at all', { from: '', to: '' }, ['from', 'to']],
    ['a day that there is not', { from: '2026-13-01' }, ['from']],
    ['a last day before the first', { to: '2026-12-20' }, ['order']],
    ['more than two years', { to: '2028-12-22' }, ['order']],
    ['a last day that has been', { from: '2026-11-01', to: '2026-11-21' }, ['over']],
  ] as const)('is not sent with %s', (_, changes, wrong) => {
    expect(readAbsence(absence(changes), today)).toEqual({ wrong })
  })

  it.each([
    ['today alone', { from: today, to: today }],
    ['two years', { to: '2028-12-20' }],
    ['since before today', { from: '2026-11-01', to: today }],
  ])('may be %s', (_, changes) => {
    expect(readAbsence(absence(changes), today)).not.toHaveProperty('wrong')
  })
})

describe('those who stand in', () => {
  it('come one after the other, nobody twice, and never the one who is away', () => {
    const input = absence({ deputies: [] })
    const some = ['valter', 'fia', 'valter', '', 'hedda']
    expect(some.reduce(withDeputy, input).deputies).toEqual(['valter', 'hedda'])
  })

  it('are no more than the service takes', () => {
    const many = Array.from({ length: 20 }, (_, index) => `p${index}`)
    const { deputies } = many.reduce(withDeputy, absence({ deputies: [] }))
    expect(deputies).toHaveLength(DEPUTIES_MAX)
  })

  it('are asked no more when they are the one who is away', () => {
    expect(withPerson(absence(), 'hedda').deputies).toEqual(['valter'])
  })
})
