/** A row that stays where it is. `gone`: it is no longer in the list, but nothing may move yet. */
export interface Row<Item> {
  readonly item: Item
  readonly gone: boolean
}

/** What a table shows while somebody works in it, and what waits to be let in. */
export interface FrozenRows<Item> {
  readonly rows: readonly Row<Item>[]
  readonly waiting: readonly Item[]
}

interface Identified {
  readonly id: string
}

/** Everything in its own order, nothing waiting. */
export function thaw<Item extends Identified>(latest: readonly Item[]): FrozenRows<Item> {
  return { rows: latest.map((item) => ({ item, gone: false })), waiting: [] }
}

/**
 * Brings rows up to date without moving any: rows keep their place, rows that left the list stay
 * as they were last, and new ones wait in the order of the list.
 */
export function freeze<Item extends Identified>(
  shown: FrozenRows<Item>,
  latest: readonly Item[],
): FrozenRows<Item> {
  const byId = new Map(latest.map((item) => [item.id, item]))
  const rows = shown.rows.map((row) => {
    const item = byId.get(row.item.id)
    return item === undefined ? { item: row.item, gone: true } : { item, gone: false }
  })
  const inPlace = new Set(rows.map(({ item }) => item.id))
  return { rows, waiting: latest.filter(({ id }) => !inPlace.has(id)) }
}
