import { useState } from 'react'
import { freeze, thaw, type FrozenRows } from './frozen-rows.ts'

interface Shown<Item> extends FrozenRows<Item> {
  /** Lets everything in that waits. */
  readonly release: () => void
}

/** The rows of a table that keeps still while it is `held`. `latest` must be the same until it changes. */
export function useFrozenRows<Item extends { readonly id: string }>(
  latest: readonly Item[],
  held: boolean,
): Shown<Item> {
  const [known, setKnown] = useState(() => ({ latest, held, shown: thaw(latest) }))
  let current = known
  if (known.latest !== latest || known.held !== held) {
    current = { latest, held, shown: held ? freeze(known.shown, latest) : thaw(latest) }
    setKnown(current)
  }
  const release = () => setKnown({ ...current, shown: thaw(current.latest) })
  return { ...current.shown, release }
}
