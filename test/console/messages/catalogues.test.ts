import { describe, expect, it } from 'vitest'
import {
  catalogues,
  chooseLanguage,
  languages,
} from '../../../src/console/messages/catalogues.ts'

const samples: readonly unknown[] = [1, 2, 3]

/** Every text by its path; those that are made are made from samples. */
function textsOf(node: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof node === 'string') return [[path, node]]
  if (typeof node === 'function') return [[path, String(node(...samples))]]
  return Object.entries(node as object).flatMap(([name, child]) =>
    textsOf(child, `${path}.${name}`),
  )
}

describe.each(languages)('the texts in %s', (language) => {
  const texts = textsOf(catalogues[language])

  it('are the same ones as in every other language', () => {
    const paths = textsOf(catalogues.en).map(([path]) => path)
    expect(texts.map(([path]) => path)).toEqual(paths)
  })

  it('are all written and tell what they were given', () => {
    const empty = texts.filter(
      ([, text]) => text.trim() === '' || /undefined|null/.test(text),
    )
    expect(empty).toEqual([])
  })
})

it('leaves no text of one language in another', () => {
  const shared = textsOf(catalogues.sv).filter(
    ([path, text]) =>
      text.length > 25 && textsOf(catalogues.en).some(([p, t]) => p === path && t === text),
  )
  expect(shared).toEqual([])
})

describe('the language of the console', () => {
  it('is the one that was chosen, else that of the person, else that of the browser', () => {
    expect(chooseLanguage(['nb', 'sv', 'en-GB'])).toBe('nb')
    expect(chooseLanguage([undefined, 'sv', 'en-GB'])).toBe('sv')
    expect(chooseLanguage([undefined, undefined, 'fi', 'sv-FI'])).toBe('sv')
  })

  it('is Bokmål for every Norwegian, and English for whom we do not understand', () => {
    expect(chooseLanguage(['no'])).toBe('nb')
    expect(chooseLanguage(['nn-NO'])).toBe('nb')
    expect(chooseLanguage(['fi'])).toBe('en')
    expect(chooseLanguage([])).toBe('en')
  })
})
