/** What a key press is, and where it fell. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  /** Upper-case name of the element that has the focus. */
  readonly element: string
  readonly editable: boolean
  /** A dialog is open. */
  readonly inDialog: boolean
}

const typing: ReadonlySet<string> = new Set(['INPUT', 'TEXTAREA', 'SELECT'])

/** The key when it may be a shortcut: not while somebody types, nor with Ctrl, Alt or Meta. */
export function shortcutOf(press: KeyPress): string | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) return undefined
  if (press.inDialog || press.editable || typing.has(press.element)) return undefined
  return press.key
}
