import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAnswers } from '../../../src/cases/answers.ts'
import { category as configured } from '../../../src/cases/category.ts'
import { reportInput } from '../../../src/cases/report-input.ts'
import {
  aboutElse,
  emptyIntake,
  placeIn,
  readIntake,
  withPhotos,
  type IntakeCategory,
  type IntakeInput,
} from '../../../src/console/intake/intake-input.ts'

const words = (text: string) => ({ sv: text, nb: text, en: text })
const { questions } = configured.parse({
  name: words('Hole'),
  faultClass: 'hole',
  questions: [
    { code: 'note', text: words('Measure at the edge.'), answer: 'info' },
    {
      code: 'danger',
      text: words('Is it dangerous?'),
      answer: 'one',
      required: true,
      choices: [
        { key: 'no', name: words('No') },
        {
          key: 'gas',
          name: words('Gas'),
          call: { phone: '112', text: words('Go away.') },
        },
      ],
    },
    {
      code: 'who',
      text: words('Who is hit?'),
      answer: 'several',
      choices: [
        { key: 'cars', name: words('Cars') },
        { key: 'bikes', name: words('Bikes') },
      ],
    },
    { code: 'depth', text: words('How deep?'), answer: 'number' },
    { code: 'since', text: words('Since when?'), answer: 'time' },
    { code: 'more', text: words('What else?'), answer: 'text' },
  ],
})

const hole: IntakeCategory = {
  id: 'hole',
  name: words('Hole'),
  assetType: null,
  questions,
}
const light: IntakeCategory = {
  id: 'light',
  name: words('Light'),
  assetType: 'Streetlight',
  questions: [],
}
const lamp = { id: 'north.lamp-1', name: 'Lamp 1', type: 'Streetlight' }
const around = { zone: 'Europe/Stockholm', key: 'a'.repeat(32) }

/** A form that can be sent, but for what is changed in it. */
function typed(change: Partial<IntakeInput> = {}): IntakeInput {
  return {
    ...emptyIntake('phone', 'sv'),
    category: 'light',
    asset: lamp,
    text: ' It is dark ',
    ...change,
  }
}

function read(change: Partial<IntakeInput> = {}, category = light) {
  return readIntake(typed({ category: category.id, ...change }), { ...around, category })
}

function wrongIn(change: Partial<IntakeInput>, category = light): readonly string[] {
  const found = read(change, category)
  return 'wrong' in found ? found.wrong.map(({ field, kind }) => `${field} ${kind}`) : []
}

/** One of these, or anything. */
const some = (...given: readonly string[]) =>
  fc.oneof(fc.constantFrom(...given), fc.string({ maxLength: 20 }))

describe('a report that is taken down', () => {
  it('says only what was typed', () => {
    expect(read()).toEqual({
      source: 'phone',
      category: 'light',
      asset: lamp.id,
      text: 'It is dark',
      language: 'sv',
      wantsUpdates: false,
      idempotencyKey: around.key,
    })
  })

  it('says where, who and what was answered', () => {
    const answered = {
      answered: true,
      reason: 'not_responsible',
      answer: ' Ask them. ',
    } as const
    expect(
      read({
        latitude: '58,352',
        longitude: '11.436',
        address: ' Storgatan 1 ',
        name: 'Kim',
        phone: '0523-12 34 56',
        email: 'kim@example.org',
        wantsUpdates: true,
        photos: [{ id: 'a1', name: 'IMG_1.jpg' }],
        ...answered,
        outside: ' The roads ',
      }),
    ).toMatchObject({
      photos: ['a1'],
      place: { lat: 58.352, lon: 11.436 },
      address: 'Storgatan 1',
      contact: { name: 'Kim', phone: '0523-12 34 56', email: 'kim@example.org' },
      wantsUpdates: true,
      answered: { reason: 'not_responsible', text: 'Ask them.', outside: 'The roads' },
    })
  })

  it('names somebody outside only where they are responsible', () => {
    const change = {
      answered: true,
      reason: 'opinion_answered',
      answer: 'Thanks.',
    } as const
    expect(read({ ...change, outside: 'The roads' })).toMatchObject({
      answered: { reason: 'opinion_answered', text: 'Thanks.' },
    })
  })

  it('takes five photos, whenever they arrive', () => {
    const four = ['a', 'b', 'c', 'd'].map((id) => ({ id, name: `${id}.jpg` }))
    const full = withPhotos(withPhotos(typed(), four), four)
    expect(full.photos.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'a'])
  })

  it('has no answer of its own when it is added to a case of others', () => {
    const follows = { id: 'case-1', number: 'STR-2026-000001' }
    const found = read({ follows, asset: null, text: '', answered: true, answer: 'Soon.' })
    expect(found).toMatchObject({ follows: 'case-1', text: '' })
    expect(found).not.toHaveProperty('answered')
  })

  it.each<readonly [string, Partial<IntakeInput>, readonly string[]]>([
    ['words without an asset', { asset: null, text: ' a ' }, ['intake-text text']],
    ['an asset of the kind', { asset: { ...lamp, type: 'Pump' } }, ['intake-asset asset']],
    ['both degrees', { latitude: '58.3' }, ['intake-latitude latitude']],
    ['degrees', { latitude: '91', longitude: '11' }, ['intake-latitude latitude']],
    ['digits in a number', { phone: 'call me' }, ['intake-phone phone']],
    ['a whole address', { email: 'kim@example' }, ['intake-email email']],
    ['an address for news', { wantsUpdates: true }, ['intake-email email']],
    [
      'a reason and words',
      { answered: true },
      ['intake-reason reason', 'intake-answer answer'],
    ],
    [
      'who is responsible',
      { answered: true, reason: 'not_responsible', answer: 'Ask them.' },
      ['intake-outside outside'],
    ],
  ])('needs %s', (_, change, wrong) => {
    expect(wrongIn(change)).toEqual(wrong)
  })

  it('needs a category that is there', () => {
    const found = readIntake(typed({ category: 'gone' }), {
      ...around,
      category: undefined,
    })
    expect(found).toMatchObject({ wrong: [{ field: 'intake-category' }] })
  })

  it.each<readonly [string, IntakeInput['answers'], readonly string[]]>([
    ['what must be answered', {}, ['danger missing']],
    ['a blank as none', { danger: [' '] }, ['danger missing']],
    ['a danger as a call', { danger: ['gas'] }, ['danger danger']],
    ['a number', { danger: ['no'], depth: ['deep'] }, ['depth number']],
    ['a time', { danger: ['no'], since: ['monday'] }, ['since time']],
  ])('reads %s in the answers to questions', (_, answers, wrong) => {
    const fields = wrong.map((one) => `intake-answer-${one}`)
    expect(wrongIn({ answers }, hole)).toEqual(fields)
  })

  it('has answers as the questions want them, and none of another category', () => {
    const answers = {
      danger: ['no'],
      who: ['cars', 'bikes'],
      depth: ['1 200,5'],
      since: ['2026-11-20T15:05'],
      more: [' It grows '],
      other: ['x'],
    }
    expect(read({ answers }, hole)).toMatchObject({
      answers: {
        danger: 'no',
        who: ['cars', 'bikes'],
        depth: 1200.5,
        since: '2026-11-20T14:05:00.000Z',
        more: 'It grows',
      },
    })
  })

  it('is one that the service takes, or says what is wrong', () => {
    const change = fc.record({
      text: fc.string({ maxLength: 2_000 }),
      address: fc.string({ maxLength: 200 }),
      latitude: some('', '58,3'),
      longitude: some('', '11.4'),
      name: fc.string({ maxLength: 120 }),
      phone: some('', '+46 523 12'),
      email: fc.constantFrom('', 'kim@example.org', 'kim', '@'),
      wantsUpdates: fc.boolean(),
      asset: fc.constantFrom(lamp, null),
      answers: fc.record(
        {
          danger: fc.constantFrom(['no'], ['gas'], []),
          who: fc.subarray(['cars', 'bikes']),
          depth: some('3,5', '').map((one) => [one]),
          since: some('2026-11-20T15:05').map((one) => [one]),
          more: fc.string({ maxLength: 500 }).map((one) => [one]),
        },
        { requiredKeys: [] },
      ),
    })
    fc.assert(
      fc.property(change, (changed) => {
        const found = read(changed, hole)
        if ('wrong' in found) return found.wrong.length > 0
        const { source, answered: _, ...report } = found
        const taken = reportInput.parse(report)
        checkAnswers(configured.parse({ name: hole.name, faultClass: 'hole', questions }), {
          ...taken,
          source,
        })
        return true
      }),
    )
  })
})

it('forgets the case that it was the same as when it is about something else', () => {
  const follows = { id: 'case-1', number: 'STR-2026-000001' }
  expect(aboutElse(typed({ follows }), { category: 'hole' })).toEqual(
    typed({ category: 'hole' }),
  )
})

it('knows a place by both degrees alone', () => {
  expect(placeIn({ latitude: '58.3', longitude: ' ' })).toBeUndefined()
  expect(placeIn({ latitude: '-58,3', longitude: '181' })).toBeUndefined()
  expect(placeIn({ latitude: '-58,3', longitude: '180' })).toEqual({ lat: -58.3, lon: 180 })
})
