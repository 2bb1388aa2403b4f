/** Appends numbered messages for ever and prints each number once it is acknowledged; made to be killed. */

import { systemClock } from '../../src/clock.ts'
import { openSqliteLog } from '../../src/ingest/sqlite-log/open.ts'
import { systemRandom } from '../../src/random.ts'
import { envelope } from '../contract/reading-log.contract.ts'

const [file = '', first = '0'] = process.argv.slice(2)
const log = await openSqliteLog({ file, clock: systemClock, random: systemRandom })

async function appendOneByOne(number: number): Promise<void> {
  for (let next = number; ; next += 50) {
    await log.append(envelope(next))
    process.stdout.write(`${next}\n`)
  }
}

await Promise.all(Array.from({ length: 50 }, (_, n) => appendOneByOne(Number(first) + n)))
