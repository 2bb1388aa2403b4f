import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  CompiledQuery,
} from 'kysely'
import { describe, expect, it } from 'vitest'
import { kyselyOver } from '../../src/database/run-dialect.ts'
import { scopeTo } from '../../src/database/scope.ts'
import {
  installationTables,
  organisationTables,
  type Tables,
} from '../../src/database/tables.ts'
import { north, south } from '../support/database.ts'
import { caseRow } from '../contract/database.fixtures.ts'

const language = {
  createCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
}
// Nothing is run here: what matters is what the query becomes.
const run = () => Promise.resolve({ rows: [] })
const db = kyselyOver<Tables>(language, { run, transform: scopeTo(north) })

interface Compilable {
  compile(): CompiledQuery
}

/** The query's text with its values in their places. */
function text(query: Compilable): string {
  const { sql: words, parameters } = query.compile()
  let index = 0
  return words.replaceAll('"', '').replaceAll('?', () => {
    index += 1
    return String(parameters[index - 1])
  })
}

describe('a query of one organisation', () => {
  const narrowed: Record<string, [Compilable, string]> = {
    'reads its rows': [
      db.selectFrom('alarm').select('id'),
      'select id from alarm where alarm.organisation = north',
    ],
    'reads its rows under another name': [
      db.selectFrom('alarm as a').select('a.id').where('a.id', '=', 'x'),
      'select a.id from alarm as a where a.organisation = north and (a.id = x)',
    ],
    'cannot be widened by an or': [
      db
        .selectFrom('alarm')
        .select('id')
        .where(sql<boolean>`1 = 1 or 2 = 2`),
      'select id from alarm where alarm.organisation = north and (1 = 1 or 2 = 2)',
    ],
    'joins its rows': [
      db
        .selectFrom('alarm as a')
        .innerJoin('occurrence as o', 'o.alarm', 'a.id')
        .select('o.id'),
      'select o.id from alarm as a inner join occurrence as o on o.organisation = north and (o.alarm = a.id) where a.organisation = north',
    ],
    'joins its rows or none': [
      db.selectFrom('case as c').leftJoin('report as r', 'r.case', 'c.id').select('r.id'),
      'select r.id from case as c left join report as r on r.organisation = north and (r.case = c.id) where c.organisation = north',
    ],
    'crosses its rows': [
      db.selectFrom(['alarm', 'case as c']).crossJoin('report').select('c.id'),
      'select c.id from alarm, case as c cross join report where alarm.organisation = north and c.organisation = north and report.organisation = north',
    ],
    'looks into its rows from a condition': [
      db
        .selectFrom('case')
        .select('id')
        .where('id', 'in', (eb) => eb.selectFrom('report').select('report.case')),
      'select id from case where case.organisation = north and (id in (select report.case from report where report.organisation = north))',
    ],
    'looks into its rows from a column': [
      db
        .selectFrom('case as c')
        .select((eb) => eb.selectFrom('report').select(eb.fn.countAll().as('n')).as('n')),
      'select (select count(*) as n from report where report.organisation = north) as n from case as c where c.organisation = north',
    ],
    'names its rows first': [
      db
        .with('open', (qb) => qb.selectFrom('case').select('id'))
        .selectFrom('open')
        .select('id'),
      'with open as (select id from case where case.organisation = north) select id from open',
    ],
    'unites its rows': [
      db.selectFrom('case').select('id').union(db.selectFrom('alarm').select('id')),
      'select id from case where case.organisation = north union select id from alarm where alarm.organisation = north',
    ],
    'changes its rows': [
      db.updateTable('counter').set({ value: 1 }),
      'update counter set value = 1 where counter.organisation = north',
    ],
    'changes its rows by its rows': [
      db
        .updateTable('counter as c')
        .from('case as k')
        .set({ value: 1 })
        .whereRef('c.name', '=', 'k.id'),
      'update counter as c set value = 1 from case as k where c.organisation = north and k.organisation = north and (c.name = k.id)',
    ],
    'removes its rows': [
      db.deleteFrom('counter').where('name', '=', 'x'),
      'delete from counter where counter.organisation = north and (name = x)',
    ],
    'replaces only its rows': [
      db
        .insertInto('counter')
        .values({ organisation: north, name: 'x', value: 1 })
        .onConflict((oc) => oc.column('name').doUpdateSet({ value: 2 })),
      'insert into counter (organisation, name, value) values (north, x, 1) on conflict (name) do update set value = 2 where counter.organisation = north',
    ],
    'copies its rows': [
      db
        .insertInto('counter')
        .columns(['organisation', 'name', 'value'])
        .expression((eb) =>
          eb
            .selectFrom('case')
            .select([eb.val(north).as('organisation'), 'id', eb.lit(1).as('value')]),
        ),
      'insert into counter (organisation, name, value) select north as organisation, id, 1 as value from case where case.organisation = north',
    ],
  }
  for (const [name, [query, words]] of Object.entries(narrowed)) {
    it(name, () => expect(text(query)).toBe(words))
  }
})

const ofSouth = { organisation: south, name: 'x', value: 1 }
const ofNorth = { organisation: north, name: 'x', value: 1 }
// Types would already refuse much of what follows; the scope must not rely on them.
const loose = db as unknown as Kysely<Record<string, Record<string, unknown>>>
const raw = (words: string) => sql<boolean>`${sql.raw(words)}`

const refused: Record<string, () => Compilable> = {
  'a table of the installation': () => db.selectFrom('checkpoint').selectAll(),
  'a table that is not ours': () => loose.selectFrom('sqlite_master').selectAll(),
  'a table in other letters': () => loose.selectFrom('ALARM').selectAll(),
  'another schema': () => db.withSchema('main').selectFrom('alarm').selectAll(),
  'a right join': () =>
    db.selectFrom('alarm as a').rightJoin('case as c', 'c.asset', 'a.asset').select('c.id'),
  'a full join': () =>
    db.selectFrom('alarm as a').fullJoin('case as c', 'c.asset', 'a.asset').select('c.id'),
  'two sources of one name': () =>
    loose.selectFrom(['alarm as a', 'case as a']).select('a.id'),
  'a named query that hides a table': () =>
    loose
      .with('alarm', (qb) => qb.selectFrom('case').selectAll())
      .selectFrom('alarm')
      .selectAll(),
  'a named query used outside': () =>
    loose
      .selectFrom('inner')
      .selectAll()
      .where('id', 'in', (eb) =>
        loose
          .with('inner', (qb) => qb.selectFrom('case').select('id'))
          .selectFrom('inner')
          .select('id'),
      ),
  'raw rows': () => db.selectFrom(sql<{ id: string }>`alarm`.as('a')).selectAll(),
  'a table name inside raw SQL': () =>
    db
      .selectFrom('alarm')
      .select('id')
      .where(sql<boolean>`id in ${sql.table('case')}`),
  'a bare name after in': () =>
    loose
      .selectFrom('alarm')
      .select('id')
      .where('id', 'in', (eb) => eb.ref('case')),
  'raw SQL at the end': () =>
    db
      .selectFrom('alarm')
      .select('id')
      .modifyEnd(sql`or 1 = 1`),
  'raw SQL at the end of a change': () =>
    db
      .updateTable('counter')
      .set({ value: 1 })
      .modifyEnd(sql`or 1 = 1`),
  'a row of another organisation': () => db.insertInto('counter').values(ofSouth),
  'one such row among its own': () => db.insertInto('counter').values([ofNorth, ofSouth]),
  'a row without an organisation': () =>
    loose.insertInto('counter').values({ name: 'x', value: 1 }),
  'default values': () => loose.insertInto('counter').defaultValues(),
  'an organisation that is computed': () =>
    loose.insertInto('counter').values({ ...ofNorth, organisation: sql`'south'` }),
  'a row that replaces': () => db.replaceInto('counter').values(ofNorth),
  'an insert or replace': () => db.insertInto('counter').orReplace().values(ofNorth),
  'copied rows with an organisation that is read': () =>
    db
      .insertInto('counter')
      .columns(['organisation', 'name', 'value'])
      .expression((eb) =>
        eb.selectFrom('counter').select(['organisation', 'name', 'value']),
      ),
  'copied rows behind a star': () =>
    loose
      .insertInto('counter')
      .columns(['organisation', 'name'])
      .expression((eb) =>
        eb.selectFrom('counter').selectAll().select(eb.val(north).as('organisation')),
      ),
  'a row that moves to another organisation': () =>
    db.updateTable('counter').set({ organisation: south }),
  'a row that moves in other letters': () =>
    loose.updateTable('counter').set({ ORGANISATION: south }),
  'a row that moves on conflict': () =>
    db
      .insertInto('counter')
      .values(ofNorth)
      .onConflict((oc) => oc.column('name').doUpdateSet({ organisation: south })),
  merging: () =>
    db
      .mergeInto('counter as c')
      .using('case as k', 'k.id', 'c.name')
      .whenMatched()
      .thenDelete(),
  'a table it creates': () => db.schema.createTable('x').addColumn('y', 'text'),
  'a function whose name is more than a name': () =>
    loose.selectFrom('alarm').select((eb) => eb.fn('(select 1), abs', ['id']).as('x')),
}

const refusedRaw: readonly string[] = [
  '(select id from alarm)',
  'exists (SELECT 1)',
  '1 from alarm as other',
  '(table alarm)',
  'id in alarm',
  'id not in "alarm"',
  '1) or (1 = 1',
  '1; delete',
  '1 -- and',
  '1 /* and */',
  `'a`,
  'id = $$x$$',
  'a[1]',
  '`id`',
  `e'\\''`,
]

const allowedRaw: readonly string[] = [
  `id like 'select from; -- in x'`,
  `"select" = 1`,
  'id in (1, 2)',
  'coalesce(lat, 0) between 1 and 2',
  `name || ', (' = 'it''s )'`,
  'value::bigint > 1',
]

describe('what cannot be seen to stay inside the organisation is refused:', () => {
  for (const [name, query] of Object.entries(refused)) {
    it(name, () => expect(() => text(query())).toThrow(Error))
  }

  it.each(refusedRaw)('raw SQL such as %s', (words) => {
    const query = db.selectFrom('alarm').select('id').where(raw(words))
    expect(() => text(query)).toThrow('raw SQL')
  })

  it('a whole query in raw SQL', async () => {
    await expect(sql`select 1`.execute(db)).rejects.toThrow('cannot be narrowed')
  })

  it('a query compiled elsewhere', async () => {
    const foreign = CompiledQuery.raw('select * from alarm')
    await expect(db.executeQuery(foreign)).rejects.toThrow('compiled elsewhere')
  })

  it('a transaction of its own', async () => {
    const begun = db.transaction().execute(() => Promise.resolve())
    await expect(begun).rejects.toThrow('Database.write')
  })

  it('a stream', async () => {
    const streamed = db.selectFrom('alarm').selectAll().stream().next()
    await expect(streamed).rejects.toThrow('page by page')
  })
})

describe('what is only an expression is allowed:', () => {
  it.each(allowedRaw)('raw SQL such as %s', (words) => {
    const query = db.selectFrom('case').select('id').where(raw(words))
    expect(text(query)).toContain(`(${words.replaceAll('"', '')})`)
  })

  it('a query without plug-ins, which is narrowed all the same', () => {
    expect(text(db.withoutPlugins().selectFrom('alarm').select('id'))).toContain(
      'alarm.organisation = north',
    )
  })

  it('raw SQL as a new value, which cannot go on to another column', () => {
    const query = db.updateTable('counter').set({ value: sql<number>`1, organisation = 2` })
    expect(text(query)).toContain('set value = (1, organisation = 2)')
  })

  it('a row that an upsert leaves where it is', () => {
    const row = caseRow(north, '1')
    const query = db
      .insertInto('case')
      .values(row)
      .onConflict((oc) => oc.columns(['organisation', 'id']).doUpdateSet(row))
    expect(text(query)).toContain('where case.organisation = north')
  })
})

it('every table is either of one organisation or of the installation', () => {
  const both = installationTables.filter((name) => organisationTables.has(name))
  expect(both).toEqual([])
})
