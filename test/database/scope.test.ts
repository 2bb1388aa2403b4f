import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { installationTables, organisationTables } from '../../src/database/tables.ts'
import { north } from '../support/database.ts'
import { db, text, type Compilable } from './scope-fixture.ts'

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
  it.each(Object.entries(narrowed))('%s', (_name, [query, words]) => {
    expect(text(query)).toBe(words)
  })
})

it('every table is either of one organisation or of the installation', () => {
  const both = installationTables.filter((name) => organisationTables.has(name))
  expect(both).toEqual([])
})
