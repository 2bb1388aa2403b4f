interface Walk<Row extends { readonly id: string }> {
  /** The rows behind this id, in its order; fewer than `atOnce` at the end. */
  readonly page: (after: string) => Promise<readonly Row[]>
  readonly atOnce: number
  readonly isOld: (row: Row) => boolean
  /** In a transaction of its own; gives how many went. */
  readonly forget: (ids: readonly string[]) => Promise<number>
}

/** Forgets what is old, a page at a time, so that others get their turn between. Gives how many went. */
export async function forgetPages<Row extends { readonly id: string }>({
  page,
  atOnce,
  isOld,
  forget,
}: Walk<Row>): Promise<number> {
  let after = ''
  let forgotten = 0
  for (;;) {
    const rows = await page(after)
    const old = rows.filter(isOld).map(({ id }) => id)
    if (old.length > 0) forgotten += await forget(old)
    const last = rows.at(-1)
    if (last === undefined || rows.length < atOnce) return forgotten
    after = last.id
  }
}
