import { expect, it } from 'vitest'
import {
  mistakeIn,
  photoMistake,
  photoTypes,
} from '../../../src/console/parts/photo-files.ts'

const MB = 1_024 * 1_024
const photo = (change: object = {}) => {
  return { name: 'IMG_1.jpg', type: 'image/jpeg', size: 3 * MB, ...change }
}

it.each([
  [[photo()], undefined],
  [Array(5).fill(photo()), undefined],
  [[photo({ size: 10 * MB })], undefined],
  [[photo({ name: 'odd', type: '' })], undefined],
  [Array(6).fill(photo()), 'count'],
  [[photo(), photo({ size: 10 * MB + 1 })], 'size'],
  [[photo({ type: 'image/heic' })], 'heic'],
  [[photo({ type: 'image/heif-sequence' })], 'heic'],
  [[photo({ name: 'IMG_1.HEIC', type: '' })], 'heic'],
  [[photo({ name: 'plan.pdf', type: 'application/pdf' })], 'type'],
  [[photo({ name: 'film.mov', type: 'video/quicktime' })], 'type'],
] as const)('%#: files are looked at before they are sent', (files, mistake) => {
  expect(photoMistake(files)).toBe(mistake)
})

it('there may be room for fewer than are taken at once', () => {
  expect(photoMistake([photo(), photo()], 1)).toBe('count')
  expect(photoMistake([photo()], 1)).toBeUndefined()
  expect(photoMistake(Array(6).fill(photo()), 9)).toBe('count')
})

it('what the service takes can be chosen', () => {
  for (const type of photoTypes.split(','))
    expect(photoMistake([photo({ type })])).toBeUndefined()
})

it('what the service finds wrong with a photo is told apart from what is wrong with the service', () => {
  const what = 'No'
  expect(mistakeIn({ what, kind: 'too_large', where: 'body' })).toBe('size')
  expect(mistakeIn({ what, kind: 'invalid', where: 'photo' })).toBe('damaged')
  expect(mistakeIn({ what, kind: 'invalid', where: 'photos' })).toBeUndefined()
  expect(mistakeIn({ what, kind: 'unavailable' })).toBeUndefined()
})
