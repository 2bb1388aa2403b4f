import { SingleBar } from 'cli-progress'
import type { Terminal } from './terminal.ts'

/** Says how far a long work is: a line that moves on a terminal, one line now and then elsewhere. */
export interface Progress {
  at(done: number): void
  end(): void
}

/** Elsewhere than on a terminal: a line each time this many more are done. */
const lineEvery = 10_000

export function startProgress(terminal: Terminal, unit: string): Progress {
  if (!terminal.interactive) {
    let next = lineEvery
    return {
      at(done) {
        if (done < next) return
        next = done + lineEvery
        terminal.err(`${done} ${unit}`)
      },
      end: () => undefined,
    }
  }
  const bar = new SingleBar({
    format: `{value} ${unit} · {duration_formatted}`,
    stream: process.stderr,
    clearOnComplete: true,
  })
  bar.start(0, 0)
  return { at: (done) => bar.update(done), end: () => bar.stop() }
}
