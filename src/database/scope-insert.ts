import {
  AliasNode,
  SelectAllNode,
  SelectQueryNode,
  ValueNode,
  ValuesNode,
  type InsertQueryNode,
  type OperationNode,
  type ValuesItemNode,
} from 'kysely'

/** Refuses an insert unless every row of it carries exactly this organisation. */
export function assertOwnRows(node: InsertQueryNode, organisation: string): void {
  if (node.replace === true || node.orAction?.action.toLowerCase() === 'replace') {
    throw new Error('replacing could delete a row of another organisation: use onConflict')
  }
  if (node.onDuplicateKey !== undefined) throw new Error('use onConflict')
  const index = organisationIndex(node)
  if (!carries(node.values, index, organisation)) {
    throw new Error(
      `every row written for ${organisation} must carry organisation ${organisation}`,
    )
  }
}

/** Whether this node is the bound value of the organisation, and not an expression that could differ. */
export function isOrganisation(
  node: OperationNode | undefined,
  organisation: string,
): boolean {
  return node !== undefined && ValueNode.is(node) && node.value === organisation
}

function organisationIndex(node: InsertQueryNode): number {
  const names = (node.columns ?? []).map(({ column }) => column.name.toLowerCase())
  const index = names.indexOf('organisation')
  if (index === -1 || names.lastIndexOf('organisation') !== index) {
    throw new Error('an insert names the column organisation once')
  }
  return index
}

function carries(
  values: OperationNode | undefined,
  index: number,
  organisation: string,
): boolean {
  if (values === undefined) return false
  if (ValuesNode.is(values)) {
    return (
      values.values.length > 0 &&
      values.values.every((row) => rowCarries(row, index, organisation))
    )
  }
  return SelectQueryNode.is(values) && selectCarries(values, index, organisation)
}

function rowCarries(row: ValuesItemNode, index: number, organisation: string): boolean {
  switch (row.kind) {
    case 'PrimitiveValueListNode':
      return row.values[index] === organisation
    case 'ValueListNode':
      return isOrganisation(row.values[index], organisation)
  }
}

/** The select must give the organisation as a bound value, at its place and in every part. */
function selectCarries(
  select: SelectQueryNode,
  index: number,
  organisation: string,
): boolean {
  const columns = (select.selections ?? []).map(({ selection }) => selection)
  // A star, a row of several columns or a union would move the places.
  if (select.setOperations !== undefined || columns.some(isStar)) return false
  const column = columns[index]
  if (column === undefined) return false
  return isOrganisation(AliasNode.is(column) ? column.node : column, organisation)
}

function isStar(node: OperationNode): boolean {
  return (
    SelectAllNode.is(node) ||
    ('column' in node && (node.column as OperationNode).kind === 'SelectAllNode') ||
    node.kind === 'RawNode'
  )
}
