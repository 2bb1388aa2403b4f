import type { TableMaker } from './make-table.ts'

/** Clients of the Open311 door, what they sent and what they shall be told. */
export async function makeOpen311(_tables: TableMaker): Promise<void> {}
