import { describe, expect, it } from 'vitest'
import { shortcutOf } from '../../../src/console/frame/shortcut.ts'

const press = {
  key: 'a',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  element: 'A',
  editable: false,
  inDialog: false,
}

describe('a key', () => {
  it('is a shortcut on a row', () => {
    expect(shortcutOf(press)).toBe('a')
  })

  it.each(['INPUT', 'TEXTAREA', 'SELECT'])('is only a letter in %s', (element) => {
    expect(shortcutOf({ ...press, element })).toBeUndefined()
  })

  it('belongs to the browser together with Ctrl, Alt or Meta', () => {
    expect(shortcutOf({ ...press, ctrlKey: true })).toBeUndefined()
    expect(shortcutOf({ ...press, altKey: true })).toBeUndefined()
    expect(shortcutOf({ ...press, metaKey: true })).toBeUndefined()
  })

  it('does nothing behind an open dialog', () => {
    expect(shortcutOf({ ...press, inDialog: true })).toBeUndefined()
  })
})
