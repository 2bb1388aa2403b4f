import type { TableMaker } from './make-table.ts'

/** Deadlines of cases as the index of what is due next. */
export async function makeServiceLevels(_tables: TableMaker): Promise<void> {}
