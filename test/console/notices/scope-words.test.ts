import { expect, it } from 'vitest'
import { createFormat } from '../../../src/console/format/format.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'
import { aboutWords, whereWords } from '../../../src/console/notices/scope-words.ts'
import { noticeScope } from '../../../src/notices/notice.ts'

const choices = {
  categories: [
    {
      id: 'light-out',
      name: { sv: 'Släckt lykta', nb: 'Mørk lykt', en: 'Light out' },
      assetType: null,
      questions: [],
    },
  ],
  units: [],
  people: [],
  partners: [],
  areas: [{ id: 'centre', name: 'Centrum' }],
  serviceLevels: [],
  contractors: [],
}
const known = {
  notices: catalogues.en.notices,
  language: 'en',
  format: createFormat('en', 'Europe/Stockholm'),
  choices,
} as const
const around = { place: { lat: 58.3, lon: 11.4 }, radius: 1500 }

it.each([
  [{}, 'Everywhere'],
  [{ area: 'centre' }, 'Centrum'],
  [{ area: 'gone' }, 'gone'],
  [{ around }, '1,500 m around 58.30000, 11.40000'],
  [{ assets: ['a', 'b', 'c', 'd', 'e'] }, 'a, b, c + 2'],
  [{ area: 'centre', assets: ['a'] }, 'Centrum · a'],
])('a notice of %j counts %s', (scope, words) => {
  expect(whereWords(noticeScope.parse(scope), known)).toBe(words)
})

it.each([
  [[], 'everything'],
  [['light-out', 'gone'], 'Light out, gone'],
])('a notice of %j is about %s', (categories, words) => {
  expect(aboutWords(noticeScope.parse({ categories }), known)).toBe(words)
})

it('has ids until names have come', () => {
  const scope = noticeScope.parse({ categories: ['light-out'], area: 'centre' })
  const early = { ...known, choices: undefined }
  expect(aboutWords(scope, early)).toBe('light-out')
  expect(whereWords(scope, early)).toBe('centre')
})
