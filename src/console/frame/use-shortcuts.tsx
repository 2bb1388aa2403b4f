import {
  createContext,
  use,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react'
import { keep, kept } from '../parts/kept.ts'
import { shortcutOf } from './shortcut.ts'

interface Scope {
  readonly on: boolean
  readonly turn: (on: boolean) => void
}

const ScopeContext = createContext<Scope | undefined>(undefined)

const KEPT = 'gatuvakt.shortcuts'

/** Keys can be turned off, for those who speak to their computer. */
export function ShortcutScope({ children }: { readonly children: ReactNode }) {
  const [on, setOn] = useState(() => kept(KEPT) !== 'off')
  const scope = useMemo(
    () => ({
      on,
      turn: (next: boolean) => {
        keep(KEPT, next ? 'on' : 'off')
        setOn(next)
      },
    }),
    [on],
  )
  return <ScopeContext value={scope}>{children}</ScopeContext>
}

export function useShortcutScope(): Scope {
  const scope = use(ScopeContext)
  if (scope === undefined) throw new Error('useShortcutScope is for what is in the frame')
  return scope
}

/** Runs a task when its key is pressed and `here` is true; inert where somebody types. */
export function useShortcuts(
  tasks: Readonly<Record<string, () => void>>,
  here: boolean,
): void {
  const { on } = useShortcutScope()
  const latest = useRef(tasks)
  useEffect(() => {
    latest.current = tasks
  })
  useEffect(() => {
    if (!on || !here) return undefined
    const press = (event: KeyboardEvent) => {
      const key = keyOf(event)
      const task =
        key !== undefined && Object.hasOwn(latest.current, key)
          ? latest.current[key]
          : undefined
      if (task === undefined) return
      event.preventDefault()
      task()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [on, here])
}

function keyOf({
  key,
  ctrlKey,
  metaKey,
  altKey,
  target,
}: KeyboardEvent): string | undefined {
  const element = target instanceof HTMLElement ? target : document.body
  return shortcutOf({
    key,
    ctrlKey,
    metaKey,
    altKey,
    element: element.tagName,
    editable: element.isContentEditable,
    inDialog: document.querySelector('dialog[open]') !== null,
  })
}
