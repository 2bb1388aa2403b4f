import type { TableMaker } from './make-table.ts'

/** Photos of cases, and the letters that came in by mail. */
export async function makePhotosAndLetters(_tables: TableMaker): Promise<void> {}
