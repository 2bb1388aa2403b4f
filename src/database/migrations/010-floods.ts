import type { TableMaker } from './make-table.ts'

/** What each desk has been told lately, and since when that is a flood. */
export async function makeFloods(tables: TableMaker): Promise<void> {
  await tables.make('flood', {
    columns: { organisation: 'text', desk: 'text', since: 'whole?', told: 'text' },
    key: ['organisation', 'desk'],
  })
  await tables.addIndexes('alarm', {
    active_by_rule: {
      columns: ['organisation', 'rule'],
      where: "condition = 'active'",
    },
  })
}
