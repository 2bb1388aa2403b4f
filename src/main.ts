import { createInterface } from 'node:readline/promises'
import { createProgram } from './cli/program.ts'
import { brokenPipe, exit, explain, type Terminal } from './cli/terminal.ts'

/** The process: arguments, signals, exit code. Everything else is below. */
const stop = new AbortController()
let asked = 0
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    asked += 1
    stop.abort(signal)
    // Whoever asks a third time does not want to wait for a clean end.
    if (asked > 2) process.exit(exit.interrupted)
  })
}
// A reader that closed the pipe early (`| head`) is no failure of ours: whoever still writes is
// asked to stop. Ending at once could end native code in the middle of its work.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(exit.failed)
  stop.abort(brokenPipe)
})

const terminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  interactive: process.stderr.isTTY && process.env['CI'] === undefined,
  agree,
  input: () => process.stdin,
  env: process.env,
  stop: stop.signal,
}

/** Asked only where somebody can answer; anything but a yes is a no. */
async function agree(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true
  const asked = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await asked.question(`${question} [y/N] `)
  asked.close()
  return /^[yj]/i.test(answer.trim())
}

try {
  process.exitCode = await createProgram(terminal, process.argv.slice(2))
} catch (error) {
  process.exitCode = explain(error, terminal)
}
