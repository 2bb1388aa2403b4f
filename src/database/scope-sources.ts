import { IdentifierNode, TableNode, AliasNode, type OperationNode } from 'kysely'
import { installationTables, organisationTables } from './tables.ts'

/** Something rows are taken from, under the name by which the query knows it. */
export interface Source {
  readonly name: string
  /** Its rows are narrowed here; those of a subquery or of a named query are narrowed inside it. */
  readonly isTable: boolean
}

const installationNames: ReadonlySet<string> = new Set(installationTables)
// What stands in FROM and brings no rows of a table: its own inside is looked at by itself.
const derived: ReadonlySet<string> = new Set([
  'SelectQueryNode',
  'ValuesNode',
  'FunctionNode',
])

/** Reads one item of FROM, JOIN, USING, UPDATE or INTO; throws on what cannot be narrowed. */
export function sourceOf(node: OperationNode, named: ReadonlySet<string>): Source {
  if (TableNode.is(node)) {
    const name = tableName(node)
    return { name, isTable: isOwnTable(name, named) }
  }
  if (AliasNode.is(node)) {
    if (TableNode.is(node.node) && IdentifierNode.is(node.alias)) {
      const isTable = isOwnTable(tableName(node.node), named)
      return { name: node.alias.name, isTable }
    }
    if (derived.has(node.node.kind)) {
      const name = IdentifierNode.is(node.alias) ? node.alias.name : ''
      return { name, isTable: false }
    }
  }
  throw new Error(`a query of one organisation cannot take rows from a ${node.kind}`)
}

/** Refuses a named query (`with x as …`) that would stand before a table of the same name. */
export function assertFreeName(name: string): void {
  const lower = name.toLowerCase()
  const taken = organisationTables.has(lower) || installationNames.has(lower)
  if (taken || /^(?:sqlite|pg)_/.test(lower)) {
    throw new Error(`a named query may not be called ${name}: a table is called so`)
  }
}

/** Refuses two sources under one name: a condition on the name would reach only one of them. */
export function assertDifferentNames(sources: readonly Source[]): void {
  const names = sources.map((source) => source.name.toLowerCase()).filter(Boolean)
  if (new Set(names).size === names.length) return
  throw new Error(`two sources of one query have the same name: ${names.join(', ')}`)
}

function tableName(node: TableNode): string {
  if (node.table.schema !== undefined) {
    throw new Error('a query of one organisation names no schema')
  }
  return node.table.identifier.name
}

function isOwnTable(name: string, named: ReadonlySet<string>): boolean {
  if (organisationTables.has(name)) return true
  if (named.has(name)) return false
  throw new Error(
    installationNames.has(name)
      ? `the table ${name} belongs to no organisation: use Database.installation`
      : `there is no table ${name}`,
  )
}
