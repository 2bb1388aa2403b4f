import type { TableMaker } from './make-table.ts'

/** Personal data under a key per case, found by blind index; retention and its ledger. */
export async function makePersonalData(_tables: TableMaker): Promise<void> {}
