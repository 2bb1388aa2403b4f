import pino, { type Logger } from 'pino'

/** A logger that keeps its lines for the test instead of writing them. */
export function quietLogger(): Logger & {
  readonly lines: readonly Record<string, unknown>[]
} {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
  return Object.assign(logger, { lines })
}
