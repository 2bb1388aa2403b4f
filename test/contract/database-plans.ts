import fc from 'fast-check'
import {
  expressionBuilder,
  sql,
  type Expression,
  type Kysely,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely'
import type { ScopedQueries } from '../../src/database/database.ts'
import { north } from '../support/database.ts'

/**
 * Queries of many shapes, for the property that none of them reaches another organisation. Every
 * table is used through the two columns that all four have: a text that names a row, and the
 * organisation.
 */

const keyOf = { alarm: 'id', occurrence: 'id', case: 'id', counter: 'name' } as const
type TableName = keyof typeof keyOf

export interface ReadPlan {
  readonly table: TableName
  readonly place: 'direct' | 'subquery' | 'named'
  readonly joins: readonly JoinPlan[]
  readonly conditions: readonly ConditionPlan[]
  readonly shape: 'rows' | 'count' | 'grouped' | 'scalar'
  readonly united: ReadPlan | null
}

interface JoinPlan {
  readonly table: TableName
  readonly kind: 'inner' | 'left' | 'cross' | 'subquery'
}

type ConditionPlan =
  | { readonly kind: 'always' | 'organisation' }
  | { readonly kind: 'exists' | 'in' | 'not in'; readonly inner: ReadPlan }

export type ChangePlan =
  | { readonly kind: 'update' | 'delete'; readonly conditions: readonly ConditionPlan[] }
  | { readonly kind: 'update from'; readonly table: TableName }
  | { readonly kind: 'upsert' | 'copy'; readonly name: string }

const tableName = fc.constantFrom<TableName>('alarm', 'occurrence', 'case', 'counter')

const plans = fc.letrec<{ read: ReadPlan; condition: ConditionPlan }>((tie) => ({
  read: fc.record({
    table: tableName,
    place: fc.constantFrom('direct', 'subquery', 'named'),
    joins: fc.array(
      fc.record({
        table: tableName,
        kind: fc.constantFrom('inner', 'left', 'cross', 'subquery'),
      }),
      { maxLength: 2 },
    ),
    conditions: fc.array(tie('condition'), { maxLength: 2 }),
    shape: fc.constantFrom('rows', 'count', 'grouped', 'scalar'),
    united: fc.option(tie('read'), { maxDepth: 1, depthSize: 'small' }),
  }),
  condition: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc.record({ kind: fc.constantFrom('always', 'organisation') }),
    fc.record({ kind: fc.constantFrom('exists', 'in', 'not in'), inner: tie('read') }),
  ),
}))

export const readPlan: fc.Arbitrary<ReadPlan> = plans.read

export const changePlan: fc.Arbitrary<ChangePlan> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('update', 'delete'),
    conditions: fc.array(plans.condition, { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('update from'), table: tableName }),
  fc.record({
    kind: fc.constantFrom('upsert', 'copy'),
    name: fc.constantFrom('0', '1', '4', 'new'),
  }),
)

// The plans choose tables at run time, so the types know only that every column may be there.
type Row = Record<string, string | number>
type AnyTables = Record<string, Row>
type Loose = Kysely<AnyTables>
type Select = SelectQueryBuilder<AnyTables, string, Row>

/** The rows in an order that both databases give alike. */
export async function runRead(db: ScopedQueries, plan: ReadPlan): Promise<string[]> {
  const rows = await build(loosened(db), plan, 'q').execute()
  return rows.map((row) => JSON.stringify(row)).toSorted()
}

export async function runChange(db: ScopedQueries, plan: ChangePlan): Promise<string> {
  const loose = loosened(db)
  switch (plan.kind) {
    case 'update': {
      const update = loose.updateTable('counter').set({ value: 99 })
      const conditions = plan.conditions.map((one) => condition(loose, one, 'counter'))
      const { numUpdatedRows } = await update
        .where((eb) => eb.and(conditions))
        .executeTakeFirstOrThrow()
      return `${numUpdatedRows} changed`
    }
    case 'delete': {
      const conditions = plan.conditions.map((one) => condition(loose, one, 'counter'))
      const { numDeletedRows } = await loose
        .deleteFrom('counter')
        .where((eb) => eb.and(conditions))
        .executeTakeFirstOrThrow()
      return `${numDeletedRows} deleted`
    }
    case 'update from': {
      const { numUpdatedRows } = await loose
        .updateTable('counter as target')
        .from(`${plan.table} as other`)
        .set({ value: 99 })
        .whereRef('target.name', '=', `other.${keyOf[plan.table]}`)
        .executeTakeFirstOrThrow()
      return `${numUpdatedRows} changed`
    }
    case 'upsert':
      await loose
        .insertInto('counter')
        .values({ organisation: north, name: plan.name, value: 5 })
        .onConflict((conflict) =>
          conflict.columns(['organisation', 'name']).doUpdateSet({ value: 6 }),
        )
        .execute()
      return 'upserted'
    case 'copy':
      await loose
        .insertInto('counter')
        .columns(['organisation', 'name', 'value'])
        .expression((eb) =>
          eb
            .selectFrom('case')
            .select([
              eb.val(north).as('organisation'),
              sql<string>`'copy ' || id`.$castTo<string>().as('name'),
            ])
            .select(eb.lit(1).as('value'))
            .where('id', '!=', plan.name),
        )
        .execute()
      return 'copied'
  }
}

/** `name` keeps the sources of nested queries apart. */
function build(db: Loose, plan: ReadPlan, name: string): Select {
  const key = keyOf[plan.table]
  let query = source(db, plan, name)
  for (const [index, join] of plan.joins.entries()) {
    query = joined(query, join, { own: `${name}.${key}`, alias: `${name}j${index}` })
  }
  for (const one of plan.conditions) query = query.where(condition(db, one, name, key))
  query = shape(query, plan, `${name}.${key}`)
  if (plan.united === null) return query
  // No WITH may follow a UNION.
  const { place } = plan.united
  const united: ReadPlan = {
    ...plan.united,
    place: place === 'named' ? 'subquery' : place,
  }
  return query.unionAll(build(db, united, `${name}u`))
}

function source(db: Loose, { place, table }: ReadPlan, name: string): Select {
  switch (place) {
    case 'direct':
      return select(db.selectFrom(`${table} as ${name}`))
    case 'subquery':
      return select(db.selectFrom(db.selectFrom(table).selectAll().as(name)))
    case 'named':
      return select(
        db
          .with(`named_${name}`, (qb) => qb.selectFrom(table).selectAll())
          .selectFrom(`named_${name} as ${name}`),
      )
  }
}

function joined(
  query: Select,
  { table, kind }: JoinPlan,
  { own, alias }: { readonly own: string; readonly alias: string },
): Select {
  const theirs = `${alias}.${keyOf[table]}`
  switch (kind) {
    case 'inner':
      return select(query.innerJoin(`${table} as ${alias}`, theirs, own))
    case 'left':
      return select(query.leftJoin(`${table} as ${alias}`, theirs, own))
    case 'cross':
      return select(query.crossJoin(`${table} as ${alias}`))
    case 'subquery': {
      const inside = expressionBuilder<AnyTables, string>()
        .selectFrom(table)
        .selectAll()
        .as(alias)
      return select(query.innerJoin(inside, (on) => on.onRef(theirs, '=', own)))
    }
  }
}

function shape(query: Select, plan: ReadPlan, key: string): Select {
  switch (plan.shape) {
    case 'rows':
      return select(query.select(`${key} as found`))
    case 'count':
      return select(query.select(sql<string>`count(*) || ''`.as('found')))
    case 'grouped':
      return select(query.select((eb) => eb.fn.max(key).as('found')).groupBy(key))
    case 'scalar':
      return select(
        query.select((eb) =>
          eb
            .selectFrom('counter as inside')
            .select((inner) => inner.fn.max('inside.name').as('most'))
            .where('inside.value', '>', 0)
            .as('found'),
        ),
      )
  }
}

function condition(
  db: Loose,
  plan: ConditionPlan,
  name: string,
  key: string = keyOf.counter,
): Expression<SqlBool> {
  const eb = expressionBuilder<AnyTables, string>()
  const own = `${name}.${key}`
  switch (plan.kind) {
    case 'always':
      return sql<SqlBool>`1 = 1 or 2 = 2`
    case 'organisation':
      return sql<SqlBool>`${sql.ref(`${name}.organisation`)} <> 'north' or ${sql.ref(own)} <> '1'`
    case 'exists':
      return eb.exists(build(db, plan.inner, `${name}x`))
    case 'in':
    case 'not in':
      return eb(own, plan.kind, build(db, plan.inner, `${name}x`))
  }
}

// The builder's types follow names that only exist at run time; this is where they stop following.
function select(query: unknown): Select {
  return query as Select
}

function loosened(db: ScopedQueries): Loose {
  return db as unknown as Loose
}
