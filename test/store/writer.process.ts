/** Writes batches of readings for ever and prints the commit each time one is acknowledged; made to be killed. */

import type { PointId } from '../../src/domain/ids.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { position, reading, write } from '../contract/reading-store.fixtures.ts'

const [file = ''] = process.argv.slice(2)
const store = await openDuckdbStore({ file })
for (let sequence = ((await store.cursor())?.sequence ?? 0) + 1; ; sequence++) {
  const batch = Array.from({ length: 500 }, (_, n) =>
    reading(sequence, sequence, n, { point: n as PointId }),
  )
  await write(store, batch, position(sequence))
  process.stdout.write(`${sequence}\n`)
}
