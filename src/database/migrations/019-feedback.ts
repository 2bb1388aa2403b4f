import type { TableMaker } from './make-table.ts'

/** What those who follow a case are told, and what they answer. */
export async function makeFeedback(_tables: TableMaker): Promise<void> {}
