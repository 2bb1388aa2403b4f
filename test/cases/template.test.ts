import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  automaticText,
  fill,
  placeholders,
  template,
  templateFaults,
  templatesFor,
  type Template,
} from '../../src/cases/template.ts'

const one = (given: object): Template =>
  template.parse({
    name: 'Mall',
    when: { state: 'planned' },
    text: { sv: 'Hej' },
    ...given,
  })

describe('a text with placeholders', () => {
  const facts = { number: 'LYS-2026-000123', category: 'Lampan är släckt' }

  it.each([
    ['{number}: {category}', 'LYS-2026-000123: Lampan är släckt', []],
    ['Klart {date}.', 'Klart ….', ['date']],
    ['{{number}} {number}', '{number} LYS-2026-000123', []],
    ['{nummer}', '{nummer}', []],
    ['', '', []],
  ])('%j becomes %j', (text, filled, missing) => {
    expect(fill(text, facts)).toEqual({ text: filled, missing })
  })

  it.each([
    ['{number} {{och}} {place}', []],
    ['{nummer}', [{ kind: 'unknown', name: 'nummer' }]],
    ['{}', [{ kind: 'unknown', name: '' }]],
    ['{__proto__}', [{ kind: 'unknown', name: '__proto__' }]],
    ['{Number}', [{ kind: 'unknown', name: 'Number' }]],
    ['en { klammer', [{ kind: 'brace' }]],
    ['en } klammer', [{ kind: 'brace' }]],
    ['{a{number}', [{ kind: 'brace' }]],
  ])('%j has the faults %j', (text, faults) => {
    expect(templateFaults(text)).toEqual(faults)
  })

  it('never takes a fact for a placeholder', () => {
    const texts = fc.array(fc.constantFrom('{number}', '{{', '}}', ' a ', '{date}'))
    fc.assert(
      fc.property(texts, fc.string(), (parts, fact) => {
        const { text } = fill(parts.join(''), { number: fact })
        const told = { '{number}': fact, '{{': '{', '}}': '}', ' a ': ' a ', '{date}': '…' }
        expect(text).toBe(parts.map((part) => told[part]).join(''))
      }),
    )
  })

  it('takes no longer than its length allows', () => {
    expect(templateFaults('{'.repeat(2_000))).toEqual([])
    expect(templateFaults('{a'.repeat(999)).length).toBe(999)
    expect(placeholders).toContain('date')
  })
})

describe('which templates fit', () => {
  const templates = new Map([
    ['any-planned', one({})],
    ['lamps', one({ when: { state: 'planned', categories: ['lamp-dark'] } })],
    ['fixed', one({ when: { reason: 'fixed' } })],
    ['closed', one({ when: { state: 'closed' } })],
    ['theirs', one({ when: { externalStatus: 'QUEUED' } })],
  ])
  const at = { state: 'planned', reason: null, category: 'litter' } as const
  const idsOf = (moment: Parameters<typeof templatesFor>[1]) =>
    templatesFor(templates, moment).map(([id]) => id)

  it.each([
    [at, ['any-planned']],
    [{ ...at, category: 'lamp-dark' }, ['lamps', 'any-planned']],
    [{ ...at, externalStatus: 'QUEUED' }, ['theirs', 'any-planned']],
    [{ ...at, state: 'closed', reason: 'fixed' }, ['fixed', 'closed']],
    [{ ...at, state: 'closed', reason: 'duplicate' }, ['closed']],
    [{ ...at, state: 'investigating' }, []],
  ] as const)('at %j: %j', (moment, ids) => {
    expect(idsOf(moment)).toEqual(ids)
  })
})

describe('what an automatic template adds', () => {
  const at = { state: 'planned', reason: null, category: 'litter' } as const
  const texts = (
    given: object,
    facts = {},
    language: 'sv' | 'nb' = 'sv',
    medium: 'mail' | 'page' = 'mail',
  ) =>
    automaticText(new Map([['a', one({ automatic: true, ...given })]]), at, {
      language,
      facts,
      medium,
    })

  it('is its text in the language of the reader, or in letters that of letters', () => {
    expect(texts({})).toBe('Hej')
    expect(texts({ mail: { sv: 'Hej i brevet' } })).toBe('Hej i brevet')
    expect(texts({ mail: { sv: 'Hej i brevet' } }, {}, 'sv', 'page')).toBe('Hej')
    expect(texts({ mail: { nb: 'Hei' } }, {}, 'nb', 'page')).toBeUndefined()
    expect(texts({}, {}, 'nb')).toBeUndefined()
    expect(texts({ automatic: false })).toBeUndefined()
  })

  it('is nothing where the case lacks what it names', () => {
    expect(texts({ text: { sv: 'Vi kommer {date}.' } })).toBeUndefined()
    expect(texts({ text: { sv: 'Vi kommer {date}.' } }, { date: '3 maj 2027' })).toBe(
      'Vi kommer 3 maj 2027.',
    )
  })
})

it.each([
  ['no moment', { when: {} }],
  ['no text', { text: {} }],
  ['a state that nobody writes of', { when: { state: 'hidden' } }],
  ['an empty text', { text: { sv: ' ' } }],
  ['an unknown language', { text: { de: 'Hallo' } }],
  ['a text without end', { text: { sv: 'x'.repeat(2_001) } }],
])('is refused with %s', (_, given) => {
  expect(() => one(given)).toThrow(/expected|Invalid|Unrecognized|Too|state|text/)
})
