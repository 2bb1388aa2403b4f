import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { readingStoreContract } from './reading-store.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatuvakt-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

readingStoreContract('DuckDB file', (name) =>
  openDuckdbStore({ file: join(folder, `${name}.duckdb`) }),
)
