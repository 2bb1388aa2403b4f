import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeze, thaw } from '../../../src/console/alarms/frozen-rows.ts'

const list = (...ids: readonly string[]) => ids.map((id) => ({ id, note: 'new' }))
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)

describe('rows while somebody works in the table', () => {
  it('stay where they are, and new ones wait', () => {
    const frozen = freeze(thaw(list('a', 'b')), list('x', 'b', 'a', 'y'))
    expect(frozen.rows.map(({ item }) => item.id)).toEqual(['a', 'b'])
    expect(ids(frozen.waiting)).toEqual(['x', 'y'])
  })

  it('are brought up to date in their place', () => {
    const shown = thaw([{ id: 'a', note: 'old' }])
    expect(freeze(shown, list('a')).rows[0]?.item.note).toBe('new')
  })

  it('say that they have left the list, and come back when they do', () => {
    const left = freeze(thaw(list('a', 'b')), list('b'))
    expect(left.rows.map(({ gone }) => gone)).toEqual([true, false])
    expect(freeze(left, list('a', 'b')).rows.map(({ gone }) => gone)).toEqual([
      false,
      false,
    ])
  })

  it('never move and never lose anything, whatever the list does', () => {
    const latest = fc
      .uniqueArray(fc.constantFrom(...'abcdefghij'.split('')), { maxLength: 10 })
      .map((names) => list(...names))
    fc.assert(
      fc.property(latest, fc.array(latest, { maxLength: 8 }), (first, changes) => {
        let frozen = thaw(first)
        for (const now of changes) {
          frozen = freeze(frozen, now)
          expect(frozen.rows.map(({ item }) => item.id)).toEqual(ids(first))
          const present = frozen.rows.filter(({ gone }) => !gone).map(({ item }) => item)
          const together = [...ids(present), ...ids(frozen.waiting)].toSorted()
          expect(together).toEqual(ids(now).toSorted())
        }
        const last = changes.at(-1) ?? first
        expect(thaw(last).rows.map(({ item }) => item.id)).toEqual(ids(last))
      }),
    )
  })
})
