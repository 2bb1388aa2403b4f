// oxlint-disable no-restricted-imports -- the sandbox is the one part of the core with a thread
import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { loadEngine } from './engine.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { createRunner } from './run-job.ts'
import type { Outcome } from './program.ts'

const port = parentPort
if (port === null) throw new Error('this file runs in a worker only')
const file = new URL(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))
const runJob = createRunner(await loadEngine(readFileSync(file)))

async function answer({ programs, jobs }: ToWorker): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { program: index, job } of jobs) {
    const program = programs[index]
    if (program === undefined) throw new Error(`no program ${index}`)
    outcomes.push(await runJob(program, job))
  }
  return outcomes
}

function tell(message: FromWorker): void {
  port?.postMessage(message)
}

// One list at a time comes in, so one at a time is worked on. What fails here ends the worker.
port.on('message', (message: ToWorker) => void answer(message).then(tell))
tell('ready')
