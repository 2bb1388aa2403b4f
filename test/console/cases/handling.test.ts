import { describe, expect, it } from 'vitest'
import type { CaseChoicesView } from '../../../src/api/case-choices-view.ts'
import { correctionOf } from '../../../src/console/cases/correction-input.ts'
import { deadlineOf } from '../../../src/console/cases/deadline.ts'
import { actorWords, eventWords } from '../../../src/console/cases/event-words.ts'
import {
  givingOf,
  mayTake,
  peopleOf,
  withUnit,
} from '../../../src/console/cases/give-input.ts'
import { idsAsNames, namesIn } from '../../../src/console/cases/names.ts'
import {
  templateChoices,
  withTemplate,
} from '../../../src/console/cases/template-choice.ts'
import { warningsOf } from '../../../src/console/cases/warnings.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'

const light = { sv: 'Lampan lyser inte', nb: 'Lampen lyser ikke', en: 'Lamp is dark' }

const choices: CaseChoicesView = {
  categories: [{ id: 'light-out', name: light, assetType: null, questions: [] }],
  units: [
    { id: 'hamn', name: 'Hamnenheten', members: ['hedda', 'gone'], contractor: false },
    { id: 'gata', name: 'Gata och park', members: [], contractor: false },
    { id: 'gront', name: 'Grönt AB', members: [], contractor: true },
  ],
  people: [
    { id: 'disa', name: 'Disa Drift' },
    { id: 'hedda', name: 'Hedda Hamn' },
  ],
  partners: [],
  areas: [],
  serviceLevels: [{ id: 'lamps', name: 'Enstaka lykta' }],
  contractors: [{ id: 'gront-ab', name: 'Grönt AB' }],
}

const deadline = (data: Record<string, unknown>) =>
  eventWords({ ...event('system', data), kind: 'deadline' }, catalogues.en)

describe('whom a case can be given to', () => {
  it.each([
    ['the members of a unit, as far as they are there', 'hamn', ['hedda']],
    ['everybody where a unit names nobody', 'gata', ['disa', 'hedda']],
    ['nobody at a contractor’s desk', 'gront', []],
    ['nobody in triage', '', []],
    ['nobody of a unit that is gone', 'park', []],
  ])('is %s', (_, unit, people) => {
    expect(peopleOf(choices, unit).map(({ id }) => id)).toEqual(people)
  })

  it('is nobody any more who is not of the unit that is chosen then', () => {
    const disa = { unit: 'gata', person: 'disa' }
    expect(withUnit(choices, disa, 'hamn')).toEqual({ unit: 'hamn', person: '' })
    const hedda = { unit: 'gata', person: 'hedda' }
    expect(withUnit(choices, hedda, 'hamn')).toEqual({ unit: 'hamn', person: 'hedda' })
  })

  it('is sent with null for triage and for the queue', () => {
    const seen = { unit: 'hamn', assignee: 'hedda', version: 3 }
    expect(givingOf(seen, { unit: '', person: '' })).toEqual({
      version: 3,
      unit: null,
      person: null,
    })
    expect(givingOf(seen, { unit: 'hamn', person: '' })).toEqual({
      version: 3,
      unit: 'hamn',
      person: null,
    })
  })

  it.each([
    ['of the own unit', 'hamn', 'hedda', true],
    ['of another unit', 'hamn', 'disa', false],
    ['of a unit that names nobody', 'gata', 'disa', true],
    ['out of triage into the own unit', null, 'hedda', true],
    ['out of triage into none', null, 'disa', false],
    ['of a contractor', 'gront', 'disa', false],
  ])('can take it themselves %s: %s, %s', (_, unit, person, can) => {
    expect(mayTake(choices, unit, person)).toBe(can)
  })

  it('is nobody new where it lies already', () => {
    const seen = { unit: null, assignee: null, version: 3 }
    expect(givingOf(seen, { unit: '', person: '' })).toBeUndefined()
  })
})

describe('what a case is about instead', () => {
  const seen = {
    category: { id: 'light-out', name: light },
    priority: 'normal',
    asset: { id: 'lamp-1', name: 'Lamp 1' },
    version: 7,
  } as const
  const asItIs = { category: 'light-out', priority: 'normal', asset: null } as const

  it.each([
    [{}, undefined],
    [{ asset: seen.asset }, undefined],
    [{ category: 'street-damage' }, { version: 7, category: 'street-damage' }],
    [{ priority: 'urgent' }, { version: 7, priority: 'urgent' }],
    [{ asset: { id: 'lamp-2', name: 'Lamp 2' } }, { version: 7, asset: 'lamp-2' }],
  ] as const)('%j is sent as %j', (changes, sent) => {
    expect(correctionOf(seen, { ...asItIs, ...changes })).toEqual(sent)
  })
})

describe('the next deadline', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  const dueAt = '2026-11-22T13:00:00.000Z'
  it.each([
    [
      { dueAt, closedAt: null },
      { kind: 'left', spanMs: 3_600_000 },
    ],
    [
      { dueAt: '2026-11-22T11:59:00.000Z', closedAt: null },
      { kind: 'over', spanMs: 60_000 },
    ],
    [
      { dueAt: '2026-11-22T12:00:00.000Z', closedAt: null },
      { kind: 'left', spanMs: 0 },
    ],
    [{ dueAt: null, closedAt: null }, undefined],
    [{ dueAt, closedAt: '2026-11-22T10:00:00.000Z' }, undefined],
  ] as const)('of %j is %j', (item, deadline) => {
    expect(deadlineOf(item, now)).toEqual(deadline)
  })
})

const event = (actor: string, data: Record<string, unknown> = {}) => ({
  id: 'e1',
  sequence: 1,
  at: '2026-11-22T12:00:00.000Z',
  kind: 'assigned',
  actor,
  visibility: 'internal' as const,
  data,
})

const names = namesIn(choices, 'sv')

const words = (data: Record<string, unknown>) =>
  eventWords(event('user:disa', data), catalogues.sv, names)

describe('names', () => {
  it('stand for ids, and ids for what has no name', () => {
    expect(names.unit('hamn')).toBe('Hamnenheten')
    expect(names.category('light-out')).toBe('Lampan lyser inte')
    expect(names.person('nobody')).toBe('nobody')
    expect(namesIn(undefined, 'sv')).toBe(idsAsNames)
  })

  it('tell who did it for whom', () => {
    const told = event('user:hedda', { behalf: 'disa' })
    expect(actorWords(told, catalogues.en, names)).toBe('Hedda Hamn, for Disa Drift')
    expect(actorWords(event('user:hedda'), catalogues.en, names)).toBe('Hedda Hamn')
    expect(actorWords(event('routes'), catalogues.sv, names)).toBe('Fördelningen')
    expect(actorWords(event('contracts'), catalogues.nb, names)).toBe('Avtalene')
    expect(actorWords(event('contractor:gront-ab/gro'), catalogues.sv, names)).toBe(
      'Grönt AB',
    )
  })

  it('tell who has a case, for whom, or where it lies', () => {
    expect(words({ unit: 'hamn', person: 'hedda', for: 'disa' })).toBe(
      'Hedda Hamn har ärendet i stället för Disa Drift',
    )
    expect(words({ unit: 'hamn', person: null })).toBe(
      'Ärendet ligger i kön hos Hamnenheten.',
    )
    expect(words({ person: null })).toBe(catalogues.sv.handling.inTriage)
  })

  it('are no mystery in what is promised', () => {
    expect(deadline({ clock: 'resolve' })).toContain('resolved')
    const level = event('system', { step: 'level', reference: 'lamps' })
    const promised = { ...level, kind: 'deadline' }
    expect(eventWords(promised, catalogues.sv, names)).toBe('Lovad service: Enstaka lykta')
    expect(eventWords(promised, catalogues.en)).toBe('Promised service: lamps')
    expect(deadline({ step: 'level' })).toBe('Nothing is promised any more')
  })
})

describe('ready texts', () => {
  const templates = [
    {
      id: 'planned',
      name: 'Planerat',
      automatic: false,
      texts: { en: 'Planned.', sv: 'Planerat.' },
      missing: ['date'],
    },
  ]

  it('are offered in the language of the reader first', () => {
    const offered = templateChoices(templates, 'sv')
    expect(offered.map(({ key }) => key)).toEqual(['planned sv', 'planned en'])
    expect(offered[0]).toMatchObject({ text: 'Planerat.', missing: ['date'] })
  })

  it('come below what was written', () => {
    const [first] = templateChoices(templates, 'sv')
    if (first === undefined) throw new Error('no text')
    expect(withTemplate(' Hej! ', first)).toBe('Hej!\n\nPlanerat.')
    expect(withTemplate('  ', first)).toBe('Planerat.')
  })
})

describe('what is to be looked at again in words for others', () => {
  it('is read from the refusal', () => {
    const facts = { warnings: [{ kind: 'email', start: 5, end: 20 }] }
    expect(warningsOf({ kind: 'conflict', what: '', facts })).toEqual([
      { kind: 'email', start: 5, end: 20 },
    ])
  })

  it.each([
    undefined,
    {},
    { warnings: 'yes' },
    { warnings: [null, 3, { kind: 'email' }, { kind: 'shoe', start: 1, end: 2 }] },
  ])('is nothing in %j', (facts) => {
    const details = { kind: 'conflict' as const, what: '' }
    expect(warningsOf({ ...details, ...(facts !== undefined && { facts }) })).toEqual([])
  })
})
