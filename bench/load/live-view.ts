import { z } from 'zod'
import type { Person } from './town.ts'

const values = z.object({ values: z.array(z.object({ at: z.string() })) })

/** Somebody who looks at values as they come, over the stream that the console uses. */
export interface LiveView {
  /** From measured to seen, in ms, for every value that was sent. */
  readonly lagsMs: readonly number[]
  stop(): void
}

/** Logs in and watches these points. */
export async function watchLive(
  http: string,
  person: Person,
  points: readonly number[],
): Promise<LiveView> {
  const cookie = await logIn(http, person)
  const stop = new AbortController()
  const answer = await fetch(`${http}/api/v1/stream?points=${points.join(',')}`, {
    headers: { cookie },
    signal: stop.signal,
  })
  if (!answer.ok || answer.body === null)
    throw new Error(`the live view answered ${answer.status}: ${await answer.text()}`)
  const lagsMs: number[] = []
  const body = answer.body.pipeThrough(new TextDecoderStream())
  void follow(body, lagsMs).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  return { lagsMs, stop: () => stop.abort() }
}

async function follow(body: AsyncIterable<string>, lagsMs: number[]): Promise<void> {
  let rest = ''
  for await (const chunk of body) {
    const events = (rest + chunk).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      const data = /^event: values\ndata: (.*)$/m.exec(event)?.[1]
      if (data === undefined) continue
      const now = Date.now()
      for (const { at } of values.parse(JSON.parse(data)).values)
        lagsMs.push(now - Date.parse(at))
    }
  }
}

/** Logs in; returns the cookie. */
export async function logIn(http: string, person: Person): Promise<string> {
  const origin = new URL(http).origin
  const answer = await fetch(`${http}/api/v1/session`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin,
      'sec-fetch-site': 'same-origin',
    },
    body: JSON.stringify(person),
  })
  if (!answer.ok) throw new Error(`log-in answered ${answer.status}`)
  return (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
}
