import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { vi } from 'vitest'
import type { Service } from './services.ts'
import { temporaryFolder } from './temporary.ts'
import { patience } from './until.ts'

/** One series as `/api/v1/export` gives it; times in ms. */
export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly number[]
  readonly timestamps: readonly number[]
}

export interface VictoriaMetrics extends AsyncDisposable {
  readonly url: string
  /** Everything it has, after making it visible. */
  export(): Promise<readonly ExportedSeries[]>
}

export function findVictoriaMetrics(): Service<VictoriaMetrics> {
  const program = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'victoria-metrics'))
    .find(existsSync)
  return program === undefined
    ? { kind: 'missing', why: 'victoria-metrics is not installed' }
    : { kind: 'there', start: () => start(program) }
}

async function start(program: string): Promise<VictoriaMetrics> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(
    program,
    [
      `-storageDataPath=${join(folder.path, 'data')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      // Otherwise it forgets what is older than a month.
      '-retentionPeriod=100y',
    ],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  )
  starting.defer(() => ended(server))
  await vi.waitFor(() => fetch(`${url}/health`), { timeout: patience, interval: 50 })
  const stack = starting.move()
  return {
    url,
    async export() {
      await (await fetch(`${url}/internal/force_flush`)).text()
      const form = new URLSearchParams({ 'match[]': '{__name__!=""}', start: '0' })
      const answer = await fetch(`${url}/api/v1/export`, { method: 'POST', body: form })
      const lines = (await answer.text()).trim().split('\n')
      return lines.filter(Boolean).map((line) => JSON.parse(line) as ExportedSeries)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = once(server, 'exit')
  server.kill('SIGKILL')
  await gone
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
