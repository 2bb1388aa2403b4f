import { parentPort, workerData } from 'node:worker_threads'
import { Connection, failure } from './connection.ts'
import type { WorkerReply, WorkerRequest, WorkerStart } from './messages.ts'

const port = parentPort
if (port === null) throw new Error('this file runs only as a worker')

try {
  const connection = new Connection(workerData as WorkerStart)
  port.on('message', (request: WorkerRequest | 'close') => {
    if (request === 'close') {
      connection.close()
      port.close()
    } else {
      port.postMessage(connection.answer(request), [])
    }
  })
  port.postMessage({ kind: 'open' } satisfies WorkerReply, [])
} catch (error) {
  port.postMessage(failure(null, error), [])
  port.close()
}
