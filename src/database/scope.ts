import {
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  OnNode,
  OperationNodeTransformer,
  OperatorNode,
  ParensNode,
  RawNode,
  ReferenceNode,
  TableNode,
  ValueNode,
  WhereNode,
  type AggregateFunctionNode,
  type ColumnUpdateNode,
  type DeleteQueryNode,
  type FunctionNode,
  type InsertQueryNode,
  type JoinNode,
  type MergeQueryNode,
  type OperationNode,
  type RootOperationNode,
  type SelectModifierNode,
  type SelectQueryNode,
  type UpdateQueryNode,
  type WithNode,
} from 'kysely'
import type { OrganisationId } from '../domain/ids.ts'
import { assertExpression } from './raw-sql.ts'
import { assertOwnRows, isOrganisation } from './scope-insert.ts'
import {
  assertDifferentNames,
  assertFreeName,
  sourceOf,
  type Source,
} from './scope-sources.ts'

// The statements that work on rows; everything else is for the installation.
const narrowable: ReadonlySet<string> = new Set([
  'SelectQueryNode',
  'InsertQueryNode',
  'UpdateQueryNode',
  'DeleteQueryNode',
])
// Where a table's name may stand: as a source that has been looked at, or before a column's name.
const sourcePlaces: ReadonlySet<string> = new Set([
  'FromNode',
  'JoinNode',
  'UsingNode',
  'UpdateQueryNode',
  'InsertQueryNode',
])
const namePlaces: ReadonlySet<string> = new Set([
  'ReferenceNode',
  'CommonTableExpressionNameNode',
  'SelectModifierNode',
])
// Right of IN; a bare name there would be read as a table by SQLite.
const listKinds: ReadonlySet<string> = new Set([
  'PrimitiveValueListNode',
  'ValueListNode',
  'ParensNode',
  'TupleNode',
  'SelectQueryNode',
])

/**
 * Narrows queries to one organisation: every table in FROM, JOIN, USING, UPDATE and DELETE, at any
 * depth, gets `organisation = ?`; every inserted row must carry it. Throws, as at a programmer's
 * mistake, on every shape of which that cannot be seen.
 */
export function scopeTo(
  organisation: OrganisationId,
): (node: RootOperationNode) => RootOperationNode {
  return (node) => {
    if (!narrowable.has(node.kind)) {
      throw new Error(`a ${node.kind} cannot be narrowed to one organisation`)
    }
    return new Scope(organisation).transformNode(node)
  }
}

/** Used for one query: an error leaves it unusable. */
class Scope extends OperationNodeTransformer {
  readonly #organisation: OrganisationId
  /** Names of the queries that WITH gave a name to, around the node at hand. */
  #named: ReadonlySet<string> = new Set()

  constructor(organisation: OrganisationId) {
    super()
    this.#organisation = organisation
  }

  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    return this.#withNames(node.with, () => {
      const sources = this.#sources(node.from?.froms, node.joins)
      const out = super.transformSelectQuery(node)
      return this.#narrowed(out, sources)
    })
  }

  protected override transformUpdateQuery(node: UpdateQueryNode): UpdateQueryNode {
    assertNoRawEnd(node.endModifiers)
    return this.#withNames(node.with, () => {
      const targets = node.table === undefined ? [] : [node.table]
      const froms = [...targets, ...(node.from?.froms ?? [])]
      const sources = this.#sources(froms, node.joins)
      return this.#narrowed(super.transformUpdateQuery(node), sources)
    })
  }

  protected override transformDeleteQuery(node: DeleteQueryNode): DeleteQueryNode {
    assertNoRawEnd(node.endModifiers)
    return this.#withNames(node.with, () => {
      const froms = [...node.from.froms, ...(node.using?.tables ?? [])]
      const sources = this.#sources(froms, node.joins)
      return this.#narrowed(super.transformDeleteQuery(node), sources)
    })
  }

  protected override transformInsertQuery(node: InsertQueryNode): InsertQueryNode {
    assertNoRawEnd(node.endModifiers)
    assertOwnRows(node, this.#organisation)
    return this.#withNames(node.with, () => {
      if (node.into === undefined) throw new Error('an insert names its table')
      const [into] = this.#sources([node.into], []).inWhere
      const out = super.transformInsertQuery(node)
      // The row in conflict may be another organisation's where the unique index spans all.
      if (out.onConflict?.updates === undefined || into === undefined) return out
      const updateWhere = this.#where(out.onConflict.updateWhere, [into.name])
      return { ...out, onConflict: { ...out.onConflict, updateWhere } }
    })
  }

  protected override transformMergeQuery(_node: MergeQueryNode): MergeQueryNode {
    throw new Error('merge cannot be narrowed to one organisation: use onConflict')
  }

  protected override transformTable(node: TableNode): TableNode {
    const place = this.nodeStack.at(-2)?.kind ?? ''
    const around = this.nodeStack.at(-3)?.kind ?? ''
    const isSource =
      sourcePlaces.has(place) || (place === 'AliasNode' && sourcePlaces.has(around))
    if (!isSource && !namePlaces.has(place)) {
      throw new Error(`a table may not be named inside a ${place}`)
    }
    return super.transformTable(node)
  }

  protected override transformColumnUpdate(node: ColumnUpdateNode): ColumnUpdateNode {
    const own = isOrganisation(node.value, this.#organisation)
    if (updatedColumn(node) === 'organisation' && !own) {
      throw new Error('a row stays with its organisation')
    }
    const out = super.transformColumnUpdate(node)
    // In parentheses, raw SQL cannot go on to set another column.
    if (!RawNode.is(out.value)) return out
    return { ...out, value: ParensNode.create(out.value) }
  }

  protected override transformBinaryOperation(
    node: BinaryOperationNode,
  ): BinaryOperationNode {
    const operator = OperatorNode.is(node.operator) ? node.operator.operator : ''
    const isIn = operator === 'in' || operator === 'not in'
    if (isIn && !listKinds.has(node.rightOperand.kind)) {
      throw new Error(`"in" takes a list or a query, not a ${node.rightOperand.kind}`)
    }
    return super.transformBinaryOperation(node)
  }

  protected override transformRaw(node: RawNode): RawNode {
    assertExpression(node)
    return super.transformRaw(node)
  }

  protected override transformFunction(node: FunctionNode): FunctionNode {
    assertFunctionName(node.func)
    return super.transformFunction(node)
  }

  protected override transformAggregateFunction(
    node: AggregateFunctionNode,
  ): AggregateFunctionNode {
    assertFunctionName(node.func)
    return super.transformAggregateFunction(node)
  }

  protected override transformSelectModifier(node: SelectModifierNode): SelectModifierNode {
    if (node.rawModifier !== undefined) assertNoRawEnd([node.rawModifier])
    return super.transformSelectModifier(node)
  }

  /** Works with the names that this query's WITH adds; they end with the query. */
  #withNames<T>(node: WithNode | undefined, work: () => T): T {
    const outer = this.#named
    const names = (node?.expressions ?? []).map(
      ({ name }) => name.table.table.identifier.name,
    )
    for (const name of names) assertFreeName(name)
    this.#named = new Set([...outer, ...names])
    const out = work()
    this.#named = outer
    return out
  }

  #sources(
    froms: readonly OperationNode[] | undefined,
    joins: readonly JoinNode[] | undefined,
  ): Sources {
    const inWhere = (froms ?? []).map((node) => sourceOf(node, this.#named))
    const joined = (joins ?? []).map((node) => sourceOf(node.table, this.#named))
    assertDifferentNames([...inWhere, ...joined])
    return { inWhere, joined }
  }

  #narrowed<N extends Narrowable>(node: N, { inWhere, joined }: Sources): N {
    const names = inWhere.filter((source) => source.isTable).map((source) => source.name)
    const joins = node.joins?.map((join, index) => {
      // A right or full join keeps rows that its condition refuses.
      if (join.joinType === 'RightJoin' || join.joinType === 'FullJoin') {
        throw new Error(`a ${join.joinType} cannot be narrowed: write it as a left join`)
      }
      const source = joined[index]
      if (source === undefined || !source.isTable) return join
      if (join.joinType === 'CrossJoin') {
        names.push(source.name)
        return join
      }
      return this.#joinWithCondition(join, source.name)
    })
    const where = names.length === 0 ? node.where : this.#where(node.where, names)
    return { ...node, joins, where }
  }

  #joinWithCondition(join: JoinNode, name: string): JoinNode {
    if (join.joinType !== 'InnerJoin' && join.joinType !== 'LeftJoin') {
      throw new Error(`a table cannot be joined by ${join.joinType}`)
    }
    const own = this.#condition(name)
    const on = join.on === undefined ? own : and(own, ParensNode.create(join.on.on))
    return { ...join, on: OnNode.create(on) }
  }

  #where(where: WhereNode | undefined, names: readonly string[]): WhereNode {
    const own = names.map((name) => this.#condition(name)).reduce(and)
    // The parentheses keep an OR inside from reaching round the condition.
    const all = where === undefined ? own : and(own, ParensNode.create(where.where))
    return WhereNode.create(all)
  }

  #condition(name: string): OperationNode {
    return BinaryOperationNode.create(
      ReferenceNode.create(ColumnNode.create('organisation'), TableNode.create(name)),
      OperatorNode.create('='),
      ValueNode.create(this.#organisation),
    )
  }
}

interface Sources {
  readonly inWhere: readonly Source[]
  readonly joined: readonly Source[]
}

interface Narrowable {
  readonly joins?: readonly JoinNode[]
  readonly where?: WhereNode
}

function and(left: OperationNode, right: OperationNode): OperationNode {
  return AndNode.create(left, right)
}

function updatedColumn({ column }: ColumnUpdateNode): string {
  const node = ReferenceNode.is(column) ? column.column : column
  if (ColumnNode.is(node)) return node.column.name.toLowerCase()
  throw new Error('an update names the column it sets')
}

function assertFunctionName(name: string): void {
  if (!/^[a-z_][a-z0-9_]*$/i.test(name)) throw new Error(`not a function: ${name}`)
}

/** What is written behind a query could widen its condition. */
function assertNoRawEnd(modifiers: readonly OperationNode[] | undefined): void {
  if (modifiers?.some((node) => RawNode.is(node)) === true) {
    throw new Error('raw SQL may not stand before or behind a query of one organisation')
  }
}
