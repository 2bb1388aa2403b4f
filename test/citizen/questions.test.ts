import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { category } from '../../src/cases/category.ts'
import { readAnswers, typedAnswers } from '../../src/citizen/questions.ts'
import { aReport, catalogue } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { all, byId, textOf, valueOf, type Element } from './markup.ts'
import { openSite, type Site } from './site.ts'

const text = (name: string) => ({ sv: name, nb: name, en: name })
const choices = (...keys: readonly string[]) =>
  keys.map((key) => ({ key, name: text(`choice ${key}`) }))

/** Asks one question of each kind. */
const hole = category.parse({
  name: text('Hole'),
  faultClass: 'hole',
  questions: [
    { code: 'note', text: text('Holes are measured at the edge.'), answer: 'info' },
    {
      code: 'danger',
      text: text('Is it dangerous?'),
      answer: 'one',
      required: true,
      choices: [
        ...choices('no', 'a_bit'),
        {
          key: 'gas',
          name: text('It smells of gas'),
          call: { phone: '112', text: text('Go away from it.') },
        },
      ],
    },
    {
      code: 'who',
      text: text('Who is hit?'),
      answer: 'several',
      choices: choices('cars', 'bikes'),
    },
    { code: 'depth', text: text('How deep?'), answer: 'number' },
    { code: 'since', text: text('Since when?'), answer: 'time' },
    { code: 'more', text: text('What else?'), answer: 'text' },
  ],
})
const asking = {
  ...catalogue,
  categories: new Map([...catalogue.categories, ['hole', hole]]),
}

let site: Site
beforeEach(async () => {
  site = await openSite({ catalogue: asking })
})
afterEach(() => site[Symbol.asyncDispose]())

const good = { category: 'hole', where: 'Storgatan 5', key: 'form-key-1', lang: 'en' }
const reports = async () =>
  await site.town.database.read(north).selectFrom('report').select('answers').execute()
const inSummary = (page: Element) =>
  all(page, 'div')
    .filter(({ attributes }) => attributes.get('role') === 'alert')
    .flatMap((summary) => all(summary, 'a'))
    .map((link) => [link.attributes.get('href'), textOf(link)])

it('asks for the category first, and then what belongs to it', async () => {
  const first = await site.get('/north/report?where=Storgatan&lang=en')
  const links = all(first.page, 'a').map(({ attributes }) => attributes.get('href'))
  const to = '/north/report?where=Storgatan&category=hole&lang=en'
  expect(links).toContain(to)
  expect(all(first.page, 'form')).toEqual([])
  const { page } = await site.get(to)
  const fields = all(page, 'input', 'textarea')
    .map(({ attributes }) => attributes.get('name') ?? '')
    .filter((name) => name.startsWith('answer-'))
  expect(fields).toEqual([
    'answer-danger',
    'answer-danger',
    'answer-danger',
    'answer-who.cars',
    'answer-who.bikes',
    'answer-depth',
    'answer-since',
    'answer-more',
  ])
  expect(textOf(page)).toContain('Is it dangerous? (must be answered)')
  expect(textOf(page)).toContain('How deep? (optional)')
  expect(valueOf(byId(page, 'where'))).toBe('Storgatan')
})

it('takes an answer of each kind; own words stay with the person', async () => {
  const { status } = await site.post('/north/report', {
    ...good,
    'answer-danger': 'a_bit',
    'answer-who.bikes': 'yes',
    'answer-depth': '2,5',
    'answer-since': '2026-11-19',
    'answer-more': 'Min granne Kim föll.',
  })
  expect(status).toBe(200)
  const [only] = await reports()
  expect(JSON.parse(only?.answers ?? '')).toEqual({
    danger: 'a_bit',
    who: ['bikes'],
    depth: 2.5,
    since: '2026-11-19',
  })
  const [one] = await site.town.cases.list(north, { which: 'all', limit: 10 })
  const { reporters } = await site.town.cases.get(north, one?.id ?? '', true)
  expect(reporters?.[0]?.text).toContain('What else?: Min granne Kim föll.')
})

it('tells of every wrong answer at its question, and keeps what was answered', async () => {
  const { status, page } = await site.post('/north/report', {
    ...good,
    where: '',
    'answer-who.cars': 'yes',
    'answer-depth': 'djupt',
    'answer-since': 'i går',
    'answer-more': 'x'.repeat(501),
  })
  expect(status).toBe(422)
  expect(inSummary(page)).toEqual([
    ['#answer-danger', 'This question must be answered'],
    ['#answer-depth', 'Answer with a number, such as 3 or 2.5'],
    ['#answer-since', 'Answer with a date'],
    ['#answer-more', 'Answer with at most 500 characters'],
    ['#where', expect.stringContaining('Say where it is')],
  ])
  expect(valueOf(byId(page, 'answer-depth'))).toBe('djupt')
  expect(byId(page, 'answer-who').attributes.has('checked')).toBe(true)
  expect(valueOf(byId(page, 'answer-more'))).toHaveLength(501)
  expect(await reports()).toEqual([])
})

describe('a danger', () => {
  it('says whom to call before anything is sent', async () => {
    const { page } = await site.get('/north/report?category=hole&lang=en')
    const box = byId(page, 'answer-danger-gas')
    const call = byId(page, box.attributes.get('aria-describedby') ?? '')
    expect(textOf(call)).toContain(
      'Call 112 now. It cannot be reported here. Go away from it.',
    )
    expect(all(call, 'a')[0]?.attributes.get('href')).toBe('tel:112')
  })

  it('is not taken in, and says it again', async () => {
    const { status, page } = await site.post('/north/report', {
      ...good,
      'answer-danger': 'gas',
    })
    expect(status).toBe(422)
    expect(inSummary(page)).toEqual([
      ['#answer-danger', 'Call 112 now. It cannot be reported here. Go away from it.'],
    ])
    expect(await reports()).toEqual([])
  })
})

it('lets another category be chosen without losing what was typed', async () => {
  const { status, page } = await site.post('/north/report', {
    ...good,
    text: 'Djupt "hål"',
    step: 'category',
  })
  expect(status).toBe(200)
  expect(valueOf(byId(page, 'text'))).toBe('Djupt "hål"')
  const chosen = all(page, 'input').filter(
    ({ attributes }) => attributes.get('name') === 'category' && attributes.has('checked'),
  )
  expect(chosen.map(valueOf)).toEqual(['hole'])
  expect(await reports()).toEqual([])
})

it('asks a follower what must be answered, and no more', async () => {
  await site.town.cases.report(
    north,
    aReport({ category: 'hole', answers: { danger: 'no' } }),
  )
  const { page } = await site.get(
    '/north/report?asset=lamp-1&category=hole&follow=1&lang=en',
  )
  const fields = all(page, 'input', 'textarea').map(
    ({ attributes }) => attributes.get('name') ?? '',
  )
  const asked = fields.filter((name) => name.startsWith('answer-'))
  expect(new Set(asked)).toEqual(new Set(['answer-danger']))
  const following = { ...good, where: '', asset: 'lamp-1', follow: '1' }
  const unanswered = await site.post('/north/report', following)
  expect(inSummary(unanswered.page)).toEqual([
    ['#answer-danger', 'This question must be answered'],
  ])
  const answered = { ...following, 'answer-danger': 'no' }
  expect((await site.post('/north/report', answered)).status).toBe(200)
  expect(await reports()).toHaveLength(2)
})

it('makes answers of any body without failing, and of what it shows the same again', () => {
  const anyAnswer = fc.oneof(fc.string(), fc.constantFrom('no', 'gas', '2,5', '2026-11-19'))
  const names = hole.questions.flatMap(({ code, choices: some }) => [
    `answer-${code}`,
    ...some.map(({ key }) => `answer-${code}.${key}`),
  ])
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...names), anyAnswer)),
      (body) => {
        const typed = typedAnswers(body, hole.questions)
        const { answers, wrong } = readAnswers(hole, typed, 'sv')
        for (const code of wrong.keys()) expect(Object.keys(answers)).not.toContain(code)
        expect(readAnswers(hole, typed, 'sv').answers).toEqual(answers)
      },
    ),
  )
})
