import { CompiledQuery, sql, type Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { caseRow } from '../contract/database.fixtures.ts'
import { north, south } from '../support/database.ts'
import { db, text, type Compilable } from './scope-fixture.ts'

const reasons =
  /organisation|no table|no schema|narrowed|same name|a table|takes a list|raw SQL|replac|not a function/
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
      .where('id', 'in', () =>
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
  'a table name inside a function of raw SQL': () =>
    db
      .selectFrom('alarm')
      .select('id')
      .where(sql<boolean>`coalesce(${sql.table('case')}, 1)`),
  'a bare name after in': () =>
    loose
      .selectFrom('alarm')
      .select('id')
      .where((eb) => eb('id', 'in', eb.ref('case'))),
  'merging under a name': () =>
    loose
      // The types know no merge in a named query; PostgreSQL does.
      .with(
        'merged',
        (qb) =>
          qb
            .mergeInto('counter as c')
            .using('case as k', 'k.id', 'c.name')
            .whenMatched()
            .thenDelete() as never,
      )
      .selectFrom('merged')
      .select('name'),
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
  it.each(Object.entries(refused))('%s', (_name, query) => {
    // By the scope, and not because the builder stumbled over it.
    expect(() => text(query())).toThrow(reasons)
  })

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
