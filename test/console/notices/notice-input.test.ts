import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogues, languages } from '../../../src/console/messages/catalogues.ts'
import {
  emptyNotice,
  isCovered,
  kinds,
  places,
  readNotice,
  standardWords,
  stormInput,
  withKind,
  type NoticeInput,
} from '../../../src/console/notices/notice-input.ts'
import { noticeText, type NoticeView } from '../../../src/notices/notice.ts'

const here = {
  timeZone: 'Europe/Stockholm',
  now: new Date('2026-11-21T12:00:00.000Z'),
}

const notice = (changes: Partial<NoticeInput> = {}): NoticeInput => ({
  ...emptyNotice('planned', '2026-11-21T14:00'),
  to: '2026-11-21T16:00',
  ...changes,
})

const lamp = { id: 'lamp-1', name: 'Lamp 1' }
const many = Array.from({ length: 201 }, (_, index) => ({ id: `lamp-${index}`, name: 'x' }))
const words = (sv: string) => ({ sv, nb: 'Ord', en: 'Words' })
const circle = (latitude: string, longitude: string, radius: string) =>
  ({ place: 'circle', circle: { latitude, longitude, radius } }) as const

describe('a notice that is written', () => {
  it('is sent as the service takes it', () => {
    const input = notice({
      title: words(' Vi gräver '),
      text: words('Hela veckan'),
      phone: ' 0523-61 30 00 ',
      link: 'https://example.org/plan',
      serviceLevel: 'slow',
      categories: ['light-out'],
      place: 'area',
      area: 'centre',
    })
    expect(readNotice(input, here)).toEqual({
      kind: 'planned',
      title: words('Vi gräver'),
      text: words('Hela veckan'),
      phone: '0523-61 30 00',
      link: 'https://example.org/plan',
      scope: { categories: ['light-out'], assets: [], area: 'centre' },
      from: '2026-11-21T13:00:00.000Z',
      to: '2026-11-21T15:00:00.000Z',
    })
  })

  it('names a service level for a storm alone', () => {
    const storm = notice({ kind: 'storm', serviceLevel: 'slow', to: '' })
    expect(readNotice(storm, here)).toMatchObject({ kind: 'storm', serviceLevel: 'slow' })
    expect(readNotice(storm, here)).not.toHaveProperty('to')
  })

  it.each([
    ['no title in one language', { title: words(' ') }, ['title']],
    ['no text in one language', { text: words('') }, ['text']],
    ['letters for a number', { phone: 'ring oss' }, ['phone']],
    ['a link that is not secret', { link: 'http://example.org' }, ['link']],
    ['no area', { place: 'area' }, ['area']],
    ['no assets', { place: 'assets' }, ['assets']],
    ['201 assets', { place: 'assets', assets: many }, ['assets']],
    ['an empty circle', circle('', '', ''), ['circle']],
    ['a circle off the earth', circle('91', '11', '500'), ['circle']],
    ['a circle of 9 m', circle('58', '11', '9'), ['circle']],
    ['no beginning', { from: '' }, ['time']],
    ['planned work without an end', { to: '' }, ['end']],
    ['an end that is no time', { kind: 'known', to: '2026-13-01T00:00' }, ['end']],
    ['an end before its beginning', { to: '2026-11-21T13:30' }, ['order']],
    [
      'an end that has passed',
      { from: '2026-11-20T10:00', to: '2026-11-20T12:00' },
      ['order'],
    ],
    ['several', { title: words(''), place: 'area', from: '' }, ['title', 'area', 'time']],
  ] as const)('is refused with %s', (_, changes, wrong) => {
    expect(readNotice(notice(changes), here)).toEqual({ wrong })
  })

  it('is taken by the service whenever the form lets it go', () => {
    const text = fc.string({ maxLength: 60 })
    const anything = fc.record({
      kind: fc.constantFrom(...kinds),
      title: fc.record({ sv: text, nb: text, en: text }),
      phone: fc.oneof(text, fc.constantFrom('', '+46 523 61 30 00', '112')),
      link: fc.oneof(fc.constant(''), fc.webUrl({ validSchemes: ['https'] })),
      place: fc.constantFrom(...places),
      area: fc.constantFrom('', 'centre'),
      assets: fc.constantFrom([], [lamp]),
      circle: fc.record({
        latitude: fc.constantFrom('', '58,3', '-90', '90.1'),
        longitude: fc.constantFrom('11.4', '180', '181'),
        radius: fc.constantFrom('10', '20000', '20001', '1.5', 'x'),
      }),
    })
    fc.assert(
      fc.property(anything, (changes) => {
        const read = readNotice(notice(changes), here)
        fc.pre(!('wrong' in read))
        const { from, to, ...said } = read
        expect(noticeText.safeParse(said).error).toBeUndefined()
        expect(Date.parse(to ?? '9999-01-01')).toBeGreaterThan(Date.parse(from))
      }),
      // Most of what comes is refused by the form already.
      { numRuns: 20 },
    )
  })
})

describe('the words of a notice', () => {
  it.each(kinds)('are there for %s in every language', (kind) => {
    const { title, text } = standardWords(kind)
    for (const language of languages) {
      expect(title[language]).toBe(catalogues[language].notices.standard[kind].title)
      expect(text[language]).toBe(catalogues[language].notices.standard[kind].text)
    }
  })

  it('change with the kind unless somebody has written them', () => {
    const own = { ...standardWords('planned').title, sv: 'Vi gräver' }
    const changed = withKind(notice({ title: own }), 'known')
    expect(changed.kind).toBe('known')
    expect(changed.title.sv).toBe('Vi gräver')
    expect(changed.title.en).toBe(standardWords('known').title.en)
    expect(changed.text).toEqual(standardWords('known').text)
  })
})

const proposal = {
  category: 'light-out',
  area: 'centre',
  reports: 23,
  usual: 1.5,
  since: '2026-11-21T11:50:00.000Z',
}

describe('a storm that is proposed', () => {
  const what = { sv: 'Släckt gatlykta', nb: 'Mørk gatelykt', en: 'Street light out' }

  it('is of its category and area, and tells what many report', () => {
    const input = stormInput(proposal, { what, from: '2026-11-21T13:00' })
    expect(readNotice(input, here)).toMatchObject({
      kind: 'storm',
      title: { sv: 'Många anmäler: Släckt gatlykta' },
      scope: { categories: ['light-out'], assets: [], area: 'centre' },
      from: '2026-11-21T12:00:00.000Z',
    })
  })

  it('is of everything where neither is known', () => {
    const input = stormInput({ ...proposal, category: '', area: '' }, { what, from: '' })
    expect(input).toMatchObject({ categories: [], place: 'everywhere', area: '' })
  })

  const storm = (changes: Partial<NoticeView>): NoticeView => ({
    id: 'a',
    kind: 'storm',
    title: what,
    text: what,
    scope: { categories: [], assets: [] },
    from: '2026-11-21T11:00:00.000Z',
    to: null,
    state: 'running',
    by: 'user:x',
    version: 1,
    ...changes,
  })
  it.each([
    ['of everything', {}, true],
    ['of its category', { scope: { categories: ['light-out'], assets: [] } }, true],
    ['of another category', { scope: { categories: ['litter'], assets: [] } }, false],
    ['of its area', { scope: { categories: [], assets: [], area: 'centre' } }, true],
    ['of another area', { scope: { categories: [], assets: [], area: 'harbour' } }, false],
    ['of a few assets', { scope: { categories: [], assets: ['lamp-1'] } }, false],
    ['that is to come', { state: 'coming' }, false],
    ['that is over', { state: 'over' }, false],
    ['that is no storm', { kind: 'known' }, false],
  ] as const)('is covered by one %s: %s', (_, changes, covered) => {
    const { scope, ...rest } = { scope: undefined, ...changes }
    const one = storm({
      ...rest,
      ...(scope !== undefined && {
        scope: {
          ...scope,
          categories: [...scope.categories],
          assets: [...scope.assets],
        },
      }),
    })
    expect(isCovered(proposal, [one])).toBe(covered)
  })
})
