import { describe, expect, it } from 'vitest'
import { compilePath } from '../../src/devices/json/path.ts'

const message: unknown = JSON.parse(
  '{"a":{"b":[{"c":1},[5,6]],"long-name":2},"length":3,"n":null,"0":"zero"}',
)

describe('a path into a message', () => {
  it.each([
    ['$', message],
    ['$.a.b[0].c', 1],
    ['$.a.b[1][1]', 6],
    ['$.a.long-name', 2],
    ['$.length', 3],
    ['$.n', null],
  ])('%s is found', (path, value) => {
    expect(compilePath(path).read(message)).toEqual(value)
  })

  it.each([
    '$.b',
    '$.a.b[2]',
    '$.a.b.length',
    '$.a.b.c',
    '$[0]',
    '$.n.x',
    '$.length.x',
    '$.constructor',
    '$.__proto__',
    '$.toString',
    '$.a.b.map',
    '$.a.b[0].hasOwnProperty',
  ])('%s finds nothing', (path) => {
    expect(compilePath(path).read(message)).toBeUndefined()
  })

  it.each(['a', '$.', '$..a', '$[*]', '$.a[-1]', "$['a']", '$.a b'])(
    '%s is no path',
    (path) => {
      expect(() => compilePath(path)).toThrow('not a path')
    },
  )
})
