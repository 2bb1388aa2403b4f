import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '../../src/domain/problem.ts'
import type { Backtests } from '../../src/workshop/backtest/backtests.ts'
import type { BacktestLine } from '../../src/workshop/backtest/messages.ts'
import { openTestApi, sameOrigin, type TestApi } from '../support/api.ts'

type Asked = Parameters<Backtests['run']>[0]

const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }
const body = { rule: 'lamp-dark', against: 'live', ...range }
const partial: BacktestLine = {
  kind: 'partial',
  at: range.from,
  share: 0.5,
  readings: 10,
  raised: 1,
  annunciations: 1,
}

/** A run that says what it is told to, line by line, until whoever asked is gone. */
class SlowRun {
  asked: Asked | undefined
  /** Aborted when the run was told to end. */
  readonly gone = new AbortController()
  #next: (line: BacktestLine | Error | 'end') => void = () => undefined
  readonly #queue: (BacktestLine | Error | 'end')[] = []

  say(line: BacktestLine | Error | 'end'): void {
    this.#queue.push(line)
    this.#next(line)
  }

  async *run(asked: Asked): AsyncGenerator<BacktestLine> {
    this.asked = asked
    const hungUp = once(asked.signal, 'abort')
    try {
      for (;;) {
        const line = this.#queue.shift()
        if (line === 'end') return
        if (line instanceof Error) throw line
        if (line !== undefined) {
          yield line
          continue
        }
        await Promise.race([hungUp, new Promise((resolve) => (this.#next = resolve))])
        asked.signal.throwIfAborted()
      }
    } finally {
      this.gone.abort()
    }
  }
}

let slow: SlowRun
let api: TestApi
let base: string
beforeEach(async () => {
  slow = new SlowRun()
  api = await openTestApi({ backtests: { run: (asked) => slow.run(asked) } })
  base = await api.app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => api[Symbol.asyncDispose]())

async function post(
  who: Parameters<TestApi['cookieOf']>[0],
  more: Omit<RequestInit, 'body'> = {},
): Promise<Response> {
  const cookie = await api.cookieOf(who)
  const headers = { ...sameOrigin, 'content-type': 'application/json', cookie }
  const url = `${base}/api/v1/rules/backtest`
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body), ...more })
}

describe('POST /rules/backtest', () => {
  it('says how far it is while it runs, a line for each word', async () => {
    slow.say(partial)
    const answer = await post('rule_engineer')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    const first = await reader?.read()
    expect(JSON.parse(first?.value ?? '')).toEqual(partial)
    slow.say({ ...partial, share: 1 })
    const second = await reader?.read()
    expect(JSON.parse(second?.value ?? '')).toMatchObject({ share: 1 })
    slow.say('end')
    expect(await reader?.read()).toMatchObject({ done: true })
    expect(slow.asked).toMatchObject({
      organisation: 'north',
      author: 'user:rule-engineer',
      request: { rule: 'lamp-dark', against: 'live', list: 1_000, source: 'history' },
    })
  })

  it('ends when whoever asked hangs up', async () => {
    slow.say(partial)
    const hangUp = new AbortController()
    const answer = await post('rule_engineer', { signal: hangUp.signal })
    await answer.body?.getReader().read()
    expect(slow.gone.signal.aborted).toBe(false)
    const gone = once(slow.gone.signal, 'abort')
    hangUp.abort()
    await gone
    expect(slow.asked?.signal.aborted).toBe(true)
  })

  it('is refused in an answer of its own before its first line, and in a last line after it', async () => {
    const kind = 'too_many'
    slow.say(new Problem({ kind, what: 'Too many backtests wait already' }))
    expect((await post('rule_engineer')).status).toBe(429)
    slow = new SlowRun()
    slow.say(partial)
    slow.say(new Problem({ kind: 'unavailable', what: 'the store is away' }))
    const answer = await post('rule_engineer')
    expect(answer.status).toBe(200)
    const last = (await answer.text()).trim().split('\n').at(-1) ?? ''
    expect(JSON.parse(last)).toMatchObject({ kind: 'problem', title: expect.any(String) })
  })

  it('wants who may read history, and a process that has it', async () => {
    expect((await post('contractor')).status).toBe(403)
    expect(slow.asked).toBeUndefined()
    await using without = await openTestApi()
    const url = '/api/v1/rules/backtest'
    const answer = await without.ask('rule_engineer', {
      method: 'POST',
      url,
      payload: body,
    })
    expect(answer.statusCode).toBe(503)
  })
})
