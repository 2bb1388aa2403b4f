import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe } from 'vitest'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import {
  exactRewriteContract,
  rewriteContract,
} from '../contract/reading-store-rewrite.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatuvakt-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('DuckDB file: records written again', () => {
  let tests = 0
  beforeEach(() => {
    tests += 1
  })
  const open = () => openDuckdbStore({ file: join(folder, `${tests}.duckdb`) })
  rewriteContract(open)
  exactRewriteContract(open)
})
