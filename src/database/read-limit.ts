import { LimitNode, ValueNode, type QueryResult, type RootOperationNode } from 'kysely'
import { Problem } from '../domain/problem.ts'

/** How many rows one read may bring. */
const rowsPerRead = 100_000

/** Refuses what is not a read, and gives a read without a limit one. */
export function limitRead(node: RootOperationNode): RootOperationNode {
  if (node.kind === 'RawNode') return node
  if (node.kind !== 'SelectQueryNode') {
    throw new Error('this only reads: changes are made with Database.write')
  }
  if (node.limit !== undefined || node.fetch !== undefined) return node
  // One more than allowed, to tell "exactly as many" from "too many".
  return { ...node, limit: LimitNode.create(ValueNode.createImmediate(rowsPerRead + 1)) }
}

/** Rejects a result that is larger than anybody can use. */
export function refuseTooManyRows(result: QueryResult<unknown>): QueryResult<unknown> {
  if (result.rows.length <= rowsPerRead) return result
  throw new Problem({
    kind: 'too_large',
    what: `The query found more than ${rowsPerRead} rows.`,
    why: 'So many rows would take the memory that alarms need.',
    next: 'Ask for a shorter time, fewer things, or page by page.',
  })
}
