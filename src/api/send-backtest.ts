import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { Backtests } from '../workshop/backtest/backtests.ts'
import type { BacktestRequest, SweepRequest } from '../workshop/backtest/request.ts'
import { problemBody } from './problem-reply.ts'

export interface AskedBacktest {
  readonly organisation: OrganisationId
  readonly request: BacktestRequest | SweepRequest
  readonly author: string
}

/**
 * Answers with a line of JSON for each partial, the report, and what the run took as the last. Rejects with the Problem of
 * the first line, so that a refusal is an answer of its own; what fails later is a last line with
 * `kind: problem`. Who hangs up ends the run.
 */
export async function sendBacktest(
  reply: FastifyReply,
  backtests: Backtests | undefined,
  asked: AskedBacktest,
): Promise<void> {
  if (backtests === undefined) throw notHere()
  const hangUp = new AbortController()
  const stop = (): void => hangUp.abort(new Error('nobody waits for the backtest any more'))
  reply.raw.once('close', stop)
  const lines = backtests.run({ ...asked, signal: hangUp.signal })
  const first = await lines.next()
  async function* texts(): AsyncGenerator<string> {
    try {
      for (let line = first; line.done !== true; line = await lines.next()) {
        yield `${JSON.stringify(line.value)}\n`
      }
    } catch (error) {
      if (!(error instanceof Problem)) reply.log.error({ err: error }, 'a backtest failed')
      const details =
        error instanceof Problem
          ? error.details
          : ({ kind: 'unavailable', what: 'the backtest failed' } as const)
      yield `${JSON.stringify({ kind: 'problem', ...problemBody(503, details, undefined) })}\n`
    }
  }
  const stream = Readable.from(texts(), { objectMode: false })
  stream.once('close', stop)
  await reply.type('application/x-ndjson; charset=utf-8').send(stream)
}

function notHere(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'backtests do not run in this process',
    why: 'they need the reading log and the reading store',
    next: 'ask the process with the role api that has them',
  })
}
