import type { TableMaker } from './make-table.ts'

/** When what a transition speaks of was heard. */
export async function makeAlarmLatency(_tables: TableMaker): Promise<void> {}
