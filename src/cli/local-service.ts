import { existsSync } from 'node:fs'
import { request } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { App } from '../app.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { Problem, type ProblemDetails } from '../domain/problem.ts'
import { statusOf } from '../domain/problem-answer.ts'
import { createLogger } from '../log.ts'
import { systemRandom } from '../random.ts'
import { socketPath } from '../api/local/socket-path.ts'

/** Calls the routes that only somebody at the machine itself may call. */
export interface LocalService {
  /** Resolves with the parsed answer; rejects with the Problem that the service answered. */
  post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T>
  /** Resolves when the bytes begin to come; rejects with the Problem that the service answered. */
  stream(path: string, body: unknown): Promise<StreamedAnswer>
  /** Waits until everything that was sent has reached history and alarms; only where we started it. */
  settle(): Promise<void>
}

export interface StreamedAnswer {
  /** As they come, no faster than they are taken. Fails when the answer is cut off. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** What the service said behind the last byte. */
  readonly trailer: (name: string) => string | undefined
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
  readonly bytes: Readable
  readonly trailer: StreamedAnswer['trailer']
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
  if (await serviceRuns(config)) {
    const send: Send = (route, body) => overSocket(path, route, body).catch(lost)
    return task({ ...calls(send), settle: () => Promise.resolve() })
  }
  // Most commands never need the parts themselves, and their help should not wait for them.
  const { startApp } = await import('../app.ts')
  await using app = await startApp({
    // A command that happens to run while mails wait is not who sends them.
    config: { ...config, roles: config.roles.filter((role) => role !== 'delivery') },
    clock: systemClock,
    random: systemRandom,
    logger: createLogger('warn'),
    listen: false,
  })
  return await task({
    ...calls((route, body) => inProcess(commandsOf(app), route, body)),
    settle: () => app.settled(),
  })
}

function calls(send: Send): Pick<LocalService, 'post' | 'stream'> {
  return {
    async post(path, body, answer) {
      const { status, bytes } = await send(path, JSON.stringify(body))
      const parsed: unknown = JSON.parse(await text(bytes).catch(lost))
      if (status < 400) return answer.parse(parsed)
      throw problemOf(parsed)
    },
    async stream(path, body) {
      const { status, bytes, trailer } = await send(path, JSON.stringify(body))
      if (status < 400) return { bytes: whole(bytes), trailer }
      throw problemOf(JSON.parse(await text(bytes).catch(lost)))
    },
  }
}

async function* whole(bytes: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    lost(error)
  }
}

function problemOf(answer: unknown): Problem {
  return new Problem(problemDetails(problemAnswer.parse(answer)))
}

function isKind(text: string): text is ProblemDetails['kind'] {
  return Object.hasOwn(statusOf, text)
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
      (response) =>
        resolve({
          status: response.statusCode ?? 500,
          bytes: response,
          trailer: (name) => response.trailers[name],
        }),
    )
    call.on('error', reject)
    call.end(body)
  })
}

async function inProcess(
  local: NonNullable<App['local']>,
  url: string,
  payload: string,
): Promise<RawAnswer> {
  const headers = { 'content-type': 'application/json' }
  const answer = await local.inject({
    method: 'POST',
    url,
    payload,
    headers,
    payloadAsStream: true,
  })
  return {
    status: answer.statusCode,
    bytes: answer.stream(),
    trailer: (name) => answer.trailers[name],
  }
}

/** The commands live with the people's part of the service. */
function commandsOf({ local }: App): NonNullable<App['local']> {
  if (local !== undefined) return local
  throw new Problem({
    kind: 'conflict',
    what: 'this process has no commands',
    where: 'roles',
    why: 'they belong to the role api, which the settings leave out here',
    next: 'run the command where the role api runs',
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

/** Does a service with commands run on this data folder? */
export async function serviceRuns({ data }: Config): Promise<boolean> {
  const path = socketPath(data)
  return existsSync(path) && (await answers(path))
}

/** A socket file that nobody listens on is left behind by a process that was killed. */
async function answers(path: string): Promise<boolean> {
  try {
    const { bytes } = await overSocket(path, '/status', '{}')
    bytes.resume()
    return true
  } catch {
    return false
  }
}
