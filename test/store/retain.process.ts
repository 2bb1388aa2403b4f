/** Rolls up and deletes in small steps for ever, and prints a line after each; made to be killed. */

import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { gata, power, second } from '../contract/reading-store.fixtures.ts'

const [file = ''] = process.argv.slice(2)
await using store = await openDuckdbStore({ file })
const rollUp = { width: durationUs(10 * MINUTE), since: second(-86_400) }
for (let step = 1; ; step++) {
  const rawSince = second(step * 4 * 60)
  await store.retain({ organisation: gata, points: [power], rawSince, rollUp })
  process.stdout.write(`${step}\n`)
}
