import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import {
  all,
  bad,
  gata,
  latest,
  position,
  power,
  reading,
  scanned,
  second,
  values,
  write,
} from '../contract/reading-store.fixtures.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** What version 0.1 made and filled. */
const format1 = `
  CREATE TABLE store_format (version INTEGER NOT NULL);
  INSERT INTO store_format VALUES (1);
  CREATE TABLE organisation (id INTEGER NOT NULL, slug VARCHAR NOT NULL);
  INSERT INTO organisation VALUES (1, 'vatten'), (2, 'gata');
  CREATE TABLE log (id INTEGER NOT NULL, epoch VARCHAR NOT NULL);
  INSERT INTO log VALUES (1, 'log-1');
  CREATE TABLE cursor (
    log INTEGER NOT NULL, partition INTEGER NOT NULL, sequence BIGINT NOT NULL, idx INTEGER NOT NULL
  );
  INSERT INTO cursor VALUES (1, ${position(1).partition}, 7, 3);
  CREATE TABLE reading (
    organisation INTEGER NOT NULL, point INTEGER NOT NULL, effective BIGINT NOT NULL,
    source BIGINT, server BIGINT, ingest BIGINT NOT NULL,
    log INTEGER NOT NULL, sequence BIGINT NOT NULL, idx INTEGER NOT NULL, ordinal INTEGER NOT NULL,
    number DOUBLE, text VARCHAR, boolean BOOLEAN,
    quality UTINYINT NOT NULL, code UTINYINT NOT NULL, native DOUBLE,
    flags INTEGER NOT NULL, type_version INTEGER NOT NULL
  );
`

function row(point: number, at: number, rest: string): string {
  return `INSERT INTO reading VALUES (2, ${point}, ${second(at)}, ${rest});`
}

function here(point: number, index: number, other: object): object {
  return { point: point as PointId, position: position(5, index), ...other }
}

it('takes over a file of format 1 with its rows and its cursor', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'readings.duckdb')
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  await connection.run(
    [
      format1,
      row(
        1,
        1,
        `${second(1)}, ${second(2)}, ${second(3)}, 1, 5, 2, 0, 1.5, NULL, NULL, 0, 0, 2147483648, 5, 9`,
      ),
      row(
        2,
        1,
        `NULL, NULL, ${second(2)}, 1, 5, 3, 0, NULL, 'a "b"\\ö', NULL, 1, 1, NULL, 0, 1`,
      ),
      row(
        3,
        1,
        `${second(0)}, NULL, ${second(2)}, 1, 5, 4, 0, NULL, 'quoted "x"', NULL, 0, 0, NULL, 0, 1`,
      ),
      row(
        4,
        1,
        `NULL, NULL, ${second(2)}, 1, 5, 5, 0, NULL, NULL, false, 0, 0, NULL, 0, 1`,
      ),
      row(
        5,
        1,
        `NULL, NULL, ${second(2)}, 1, 5, 6, 0, -2.25, NULL, NULL, 2, 2, NULL, 0, 1`,
      ),
      row(6, 1, `NULL, NULL, ${second(2)}, 1, 5, 7, 0, NULL, NULL, NULL, 2, 2, NULL, 0, 1`),
      // Twice the same time in one record, and again in a later one, in another order in the file.
      row(17, 50, `NULL, NULL, ${second(51)}, 1, 7, 0, 0, 3, NULL, NULL, 0, 0, NULL, 0, 1`),
      row(17, 50, `NULL, NULL, ${second(51)}, 1, 6, 0, 1, 2, NULL, NULL, 0, 0, NULL, 0, 1`),
      row(17, 50, `NULL, NULL, ${second(51)}, 1, 6, 0, 0, 1, NULL, NULL, 0, 0, NULL, 0, 1`),
      row(
        17,
        200_000,
        `NULL, NULL, ${second(200_001)}, 1, 7, 1, 0, 4, NULL, NULL, 0, 0, NULL, 0, 1`,
      ),
    ].join(''),
  )
  connection.closeSync()
  instance.closeSync()

  const first = {
    source: second(1),
    server: second(2),
    native: 2_147_483_648,
    ingest: second(3),
  }
  const expected = [
    reading(5, 1, 1.5, here(1, 2, { ...first, flags: 5, typeVersion: 9 })),
    reading(5, 1, 'a "b"\\ö', here(2, 3, { quality: 'uncertain', code: 'stale' })),
    reading(5, 1, 'quoted "x"', here(3, 4, { source: second(0) })),
    reading(5, 1, false, here(4, 5, {})),
    reading(5, 1, -2.25, here(5, 6, bad)),
    reading(5, 1, null, here(6, 7, bad)),
    reading(7, 200_000, 4, { position: position(7, 1) }),
  ]
  for (const _ of ['taken over', 'opened again']) {
    await using store = await openDuckdbStore({ file })
    expect(await store.cursor()).toEqual(position(7, 3))
    expect(await latest(store)).toEqual(expected)
    expect(values(await all(store))).toEqual([3, 4])
    expect(await store.totals(gata, power)).toEqual({ count: 2, sum: 7 })
  }
  await using store = await openDuckdbStore({ file })
  await write(store, [reading(7, 50, 9), reading(8, 50, 10)], position(8))
  expect(values(await all(store))).toEqual([10, 4])
  expect(await scanned(store, { points: [power] })).toHaveLength(2)
})
