import type { TableMaker } from './make-table.ts'

/** Who is away and who stands in; what contractors may see. */
export async function makeAssignment(_tables: TableMaker): Promise<void> {}
