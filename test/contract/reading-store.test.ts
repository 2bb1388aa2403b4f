import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { gata, position, reading, second, write } from './reading-store.fixtures.ts'
import { readingStoreContract } from './reading-store.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatuvakt-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

readingStoreContract('DuckDB file', (name) =>
  openDuckdbStore({ file: join(folder, `${name}.duckdb`) }),
)

it('keeps in a DuckDB file what gave way to a later reading, as it arrived', async () => {
  await using store = await openDuckdbStore({ file: join(folder, 'arrivals.duckdb') })
  const own = { organisation: gata, from: second(0), to: second(100) }
  await write(store, [reading(1, 1, 1), reading(2, 1, 2)], position(2))
  await write(store, [reading(3, 1, 3), reading(4, 4, 4)], position(4))
  expect(await store.keepsArrivals(own)).toBe(true)
  const values: number[] = []
  for await (const columns of store.scanColumns(own)) values.push(...columns.value)
  expect(values).toEqual([1, 2, 3, 4])
})
