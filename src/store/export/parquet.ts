import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { WorkerCalls } from '../worker-calls.ts'
import type { NamedReading } from './format.ts'
import type { ParquetCalls } from './parquet-calls.ts'

/**
 * Writes the rows as a Parquet file in a temporary folder, then gives its bytes. The first byte
 * comes when the last row is in, because a Parquet file ends with what describes it. Rows beyond
 * 256 MiB wait in the same folder, which is gone when the last byte was taken or nobody wants more.
 */
export async function* parquetBytes(
  pages: AsyncIterable<readonly NamedReading[]>,
): AsyncGenerator<Uint8Array> {
  await using cleaning = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-export-'))
  cleaning.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const file = join(folder, 'readings.parquet')
  await writeFile(pages, { folder, file })
  for await (const bytes of createReadStream(file)) yield bytes as Uint8Array
}

async function writeFile(
  pages: AsyncIterable<readonly NamedReading[]>,
  { folder, file }: { readonly folder: string; readonly file: string },
): Promise<void> {
  await using stopping = new AsyncDisposableStack()
  const worker = new Worker(new URL('./parquet.worker.ts', import.meta.url))
  const calls = new WorkerCalls<ParquetCalls>(worker)
  stopping.defer(() => calls.stop())
  await calls.call('open', { folder })
  // One page at a time: the worker's pace is the reader's.
  for await (const page of pages) await calls.call('append', page)
  await calls.call('write', { file })
}
