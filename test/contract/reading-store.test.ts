import { join } from 'node:path'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { readingStoreContract } from './reading-store.contract.ts'

readingStoreContract('DuckDB file', (folder) =>
  openDuckdbStore({ file: join(folder, 'readings.duckdb') }),
)
