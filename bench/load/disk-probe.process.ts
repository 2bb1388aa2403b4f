/** How long this disk takes for a 4 KiB write and fdatasync, one after another. Folder as argument. */

import { open } from 'node:fs/promises'
import { join } from 'node:path'

const seconds = 5
await using file = await open(join(process.argv[2] ?? '.', 'probe'), 'w')
const block = Buffer.alloc(4_096, 7)
const times: number[] = []
const until = performance.now() + seconds * 1_000
while (performance.now() < until) {
  const began = performance.now()
  await file.write(block)
  await file.datasync()
  times.push(performance.now() - began)
}
times.sort((a, b) => a - b)
process.stdout.write(
  JSON.stringify({ count: times.length, p99Ms: times[Math.floor(times.length * 0.99)] }),
)
