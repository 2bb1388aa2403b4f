import { z } from 'zod'
import type { Database } from '../database/database.ts'

const stored = z.array(z.string())

/** What we have asked a broker of somebody else for: it remembers it as long as we do. */
export function rememberSubscriptions(
  { installation }: Database,
  connection: string,
): { load(): Promise<readonly string[]>; save(filters: readonly string[]): Promise<void> } {
  const key = `broker.${connection}.subscriptions`
  return {
    async load() {
      const row = await installation.query
        .selectFrom('installation')
        .select('value')
        .where('key', '=', key)
        .executeTakeFirst()
      return row === undefined ? [] : stored.parse(JSON.parse(row.value))
    },
    async save(filters) {
      const value = JSON.stringify(filters)
      await installation.write('normal', (query) =>
        query
          .insertInto('installation')
          .values({ key, value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .execute(),
      )
    },
  }
}
