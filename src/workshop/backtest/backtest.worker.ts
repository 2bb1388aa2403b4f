/** Runs one backtest, so that live work is not held up. Ends when its thread is ended. */

import { parentPort } from 'node:worker_threads'
import { Problem } from '../../domain/problem.ts'
import type { SourcePiece } from '../../rules/backtest/job.ts'
import { backtest, sweep } from '../../rules/backtest/run.ts'
import { audienceIn } from './audience.ts'
import type { FromWorker, ToWorker } from './messages.ts'

const port = parentPort
if (port === null) throw new Error('this file runs in a worker only')
const say = (message: FromWorker): void => port.postMessage(message)

/** Pieces that came and were not taken yet; whoever sends keeps them few. */
const waiting: (SourcePiece | 'end')[] = []
let wake: (() => void) | undefined

async function* source(): AsyncGenerator<SourcePiece> {
  for (;;) {
    const piece = waiting.shift()
    if (piece === 'end') return
    if (piece === undefined) {
      await new Promise<void>((resolve) => (wake = resolve))
      continue
    }
    say({ kind: 'taken' })
    yield piece
  }
}

async function run(start: ToWorker & { readonly kind: 'start' }): Promise<void> {
  try {
    const { what, job, town, list } = start
    const makeAudience = audienceIn(town, job)
    const lines =
      what === 'sweep'
        ? sweep(job, source(), { makeAudience })
        : backtest(job, source(), { makeAudience, list })
    for await (const line of lines) say({ kind: 'line', line })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const problem = error instanceof Problem ? { problem: error.details } : {}
    say({ kind: 'failed', message, ...problem })
  }
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'start') {
    void run(message)
    return
  }
  waiting.push(message.kind === 'end' ? 'end' : message.piece)
  wake?.()
})
