import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { z } from 'zod'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { Problem, type ProblemDetails } from '../domain/problem.ts'
import { createLogger } from '../log.ts'
import { systemRandom } from '../random.ts'
import { socketPath } from '../api/local/socket-path.ts'

/** Calls the routes that only somebody at the machine itself may call. */
export interface LocalService {
  /** Resolves with the parsed answer; rejects with the Problem that the service answered. */
  post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T>
  /** Waits until everything that was sent has reached history and alarms; only where we started it. */
  settle(): Promise<void>
}

const problemAnswer = z.looseObject({
  /** `urn:gatuvakt:problem:` and the kind. */
  type: z.string(),
  detail: z.string(),
  where: z.string().optional(),
  why: z.string().optional(),
  next: z.string().optional(),
})

interface RawAnswer {
  readonly status: number
  readonly body: string
}
type Send = (path: string, body: string) => Promise<RawAnswer>

/**
 * Speaks to the service that runs on this data folder, or, when none does, starts its parts
 * without listening, works, and stops them. The same routes serve both.
 */
export async function withLocalService<T>(
  config: Config,
  task: (service: LocalService) => Promise<T>,
): Promise<T> {
  const path = socketPath(config.data)
  if (existsSync(path) && (await answers(path))) {
    return task({
      post: poster((route, body) => overSocket(path, route, body).catch(lost)),
      settle: () => Promise.resolve(),
    })
  }
  // Most commands never need the parts themselves, and their help should not wait for them.
  const { startApp } = await import('../app.ts')
  await using app = await startApp({
    config,
    clock: systemClock,
    random: systemRandom,
    logger: createLogger('warn'),
    listen: false,
  })
  return await task({
    post: poster(async (route, body) => {
      const answer = await app.local.inject({
        method: 'POST',
        url: route,
        payload: body,
        headers: { 'content-type': 'application/json' },
      })
      return { status: answer.statusCode, body: answer.body }
    }),
    settle: () => app.settled(),
  })
}

function poster(send: Send): LocalService['post'] {
  return async (path, body, answer) => {
    const raw = await send(path, JSON.stringify(body))
    const parsed: unknown = JSON.parse(raw.body)
    if (raw.status < 400) return answer.parse(parsed)
    const problem = problemAnswer.parse(parsed)
    throw new Problem(problemDetails(problem))
  }
}

const kinds = new Set<string>([
  'invalid',
  'not_found',
  'forbidden',
  'unauthenticated',
  'conflict',
  'too_large',
  'too_many',
  'unavailable',
])

function isKind(text: string): text is ProblemDetails['kind'] {
  return kinds.has(text)
}

function problemDetails(answer: z.infer<typeof problemAnswer>): ProblemDetails {
  const { type, detail, where, why, next } = answer
  const kind = type.split(':').at(-1) ?? ''
  return {
    kind: isKind(kind) ? kind : 'unavailable',
    what: detail,
    ...(where !== undefined && { where }),
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
  }
}

function overSocket(socket: string, path: string, body: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: socket,
        path,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 500,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
        response.on('error', reject)
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

function lost(error: unknown): never {
  throw new Problem(
    {
      kind: 'unavailable',
      what: 'the service ended before it answered',
      why: error instanceof Error ? error.message : String(error),
      next: 'start it and look whether the work was done, or try again',
    },
    { cause: error },
  )
}

/** A socket file that nobody listens on is left behind by a process that was killed. */
async function answers(path: string): Promise<boolean> {
  try {
    await overSocket(path, '/status', '{}')
    return true
  } catch {
    return false
  }
}
