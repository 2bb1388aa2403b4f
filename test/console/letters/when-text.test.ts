import { expect, it } from 'vitest'
import { whenText } from '../../../src/console/letters/when-text.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'

const none = { state: null, reason: null, externalStatus: null, categories: [] }
const known = { messages: catalogues.en, names: { category: (id: string) => `the ${id}` } }

it.each([
  [{}, 'any'],
  [{ state: 'planned' }, 'Planned'],
  [{ reason: 'fixed', categories: ['lamp', 'road'] }, 'Fixed · the lamp, the road'],
  [{ externalStatus: 'Under arbete' }, 'the partner says “Under arbete”'],
] as const)('own words for %j fit: %s', (when, text) => {
  const categories = 'categories' in when ? [...when.categories] : []
  expect(whenText({ ...none, ...when, categories }, known)).toBe(text)
})
