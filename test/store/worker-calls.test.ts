import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { WorkerCalls } from '../../src/store/worker-calls.ts'
import type { KeepingCalls } from './keeping.worker.ts'

function start(): WorkerCalls<KeepingCalls> & AsyncDisposable {
  const url = new URL('./keeping.worker.ts', import.meta.url)
  const calls = new WorkerCalls<KeepingCalls>(new Worker(url))
  return Object.assign(calls, { [Symbol.asyncDispose]: () => calls.stop() })
}

it('frees what moved to a worker once the call is answered, whoever holds on to it', async () => {
  await using calls = start()
  const bytes = new Uint8Array(1_000)
  expect(await calls.call('keep', bytes, [bytes.buffer])).toBe(1_000)
  expect(bytes.length).toBe(0)
  expect(await calls.call('kept', null)).toBe(0)
})

it('frees nothing that was copied', async () => {
  await using calls = start()
  await calls.call('keep', new Uint8Array(1_000))
  expect(await calls.call('kept', null)).toBe(1_000)
})

it('leaves alone what moves back with the answer', async () => {
  await using calls = start()
  const bytes = Uint8Array.of(1, 2, 3)
  const back = await calls.call('giveBack', bytes, [bytes.buffer])
  expect([...back]).toEqual([1, 2, 3])
})
