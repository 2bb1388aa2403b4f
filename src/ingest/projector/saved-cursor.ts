import type { Database } from '../../database/database.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Position } from '../../domain/position.ts'
import { storedPosition } from '../checkpoint.ts'

/** The projector's place, for a store that cannot keep it with its readings. */
export function projectorCursor(
  database: Database,
  clock: Clock,
): {
  load(): Promise<Position | undefined>
  save(position: Position | undefined): Promise<void>
} {
  const { query } = database.installation
  return {
    async load() {
      const row = await query
        .selectFrom('checkpoint')
        .select('position')
        .where('consumer', '=', 'projector')
        .executeTakeFirst()
      if (row === undefined) return undefined
      return storedPosition.nullable().parse(JSON.parse(row.position)) ?? undefined
    },
    async save(position) {
      const saved = { position: JSON.stringify(position ?? null), saved_at: clock.now() }
      await database.installation.write('normal', async (transaction) => {
        await transaction
          .insertInto('checkpoint')
          .values({ consumer: 'projector', ...saved })
          .onConflict((conflict) => conflict.column('consumer').doUpdateSet(saved))
          .execute()
      })
    },
  }
}
