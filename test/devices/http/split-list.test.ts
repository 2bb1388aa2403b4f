import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBody } from '../../../src/devices/http/parse-body.ts'
import { splitList } from '../../../src/devices/http/split-list.ts'

describe('a list', () => {
  it('is cut into exactly its items', () => {
    fc.assert(
      fc.property(
        fc.array(fc.json(), { maxLength: 8 }),
        fc.constantFrom('', ' ', '\n'),
        (items, gap) => {
          const body = `${gap}[${gap}${items.join(`${gap},${gap}`)}${gap}]${gap}`
          const split = splitList(body, 10)
          expect(split).toEqual({
            ok: true,
            list: true,
            items: items.map((item) => item.trim()),
          })
        },
      ),
    )
  })

  it('agrees with JSON whether it is one', () => {
    const word = fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', '1', ' ', '"a":')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const body = `[${words.join('')}]`
        const split = splitList(body, 100)
        const valid = split.ok && split.items.every((item) => isJson(item))
        expect(valid).toBe(isJson(body))
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('a body', () => {
  it.each([
    ['{"a":[1,{"b":"[[[["}]}', true],
    ['['.repeat(40) + ']'.repeat(40), false],
    ['['.repeat(1_000_000), false],
    ['{"__proto__":{}}', false],
    ['{"constructor":{"prototype":{}}}', false],
    ['{', false],
  ])('%.30s: %s', (text, ok) => {
    expect(parseBody(text).ok).toBe(ok)
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
