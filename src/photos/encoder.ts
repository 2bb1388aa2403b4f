import { fork, type ChildProcess } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import { Problem } from '../domain/problem.ts'
import { IDLE, PATIENCE, QUEUED_BYTES, QUEUED_UPLOADS } from './limits.ts'
import {
  pictureReply,
  ready,
  type MadePicture,
  type PictureJob,
  type PictureRefusal,
} from './picture.ts'

/** Re-encodes pictures one after another, outside of this process. */
export interface Encoder extends AsyncDisposable {
  /**
   * The picture, or why it is refused; a picture over which the process hung or died counts as
   * damaged. Throws Problem unavailable while too many wait, and when the process does not start.
   */
  encode(bytes: Uint8Array): Promise<MadePicture | PictureRefusal>
}

export interface EncoderParts {
  /** Guards real work, whatever clock the service lives by. */
  readonly realTime: Pick<Clock, 'after'>
  /** What the process runs; left out: the encoder of photos. */
  readonly program?: URL
}

interface Waiting {
  readonly bytes: Uint8Array
  readonly answer: PromiseWithResolvers<MadePicture | PictureRefusal>
}

const project = fileURLToPath(new URL('../../', import.meta.url))
/** Packages may lie elsewhere, behind a link; sharp's own place tells where. */
const packages = realpathSync(
  fileURLToPath(new URL('../../', import.meta.resolve('sharp'))),
)
/** It reads the program and its packages, and nothing else is open to it. */
const execArgv = [
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=SecurityWarning',
  '--permission',
  '--allow-addons',
  `--allow-fs-read=${project}`,
  `--allow-fs-read=${packages}`,
  '--max-old-space-size=128',
]

/**
 * A process and no thread: a decoder in native code cannot be stopped inside a thread, and its fault
 * would be ours. It starts with the first picture and ends when it has had none for a minute.
 */
export function createEncoder(parts: EncoderParts): Encoder {
  return new ProcessEncoder(parts)
}

class ProcessEncoder implements Encoder {
  readonly #parts: EncoderParts
  readonly #waiting: Waiting[] = []
  #bytes = 0
  #underWay: Waiting | undefined
  #lastId = 0
  #child: ChildProcess | undefined
  /** The child has said that it can work: what it dies of from now on is the picture. */
  #isReady = false
  #cancelTimer: CancelTimer | undefined
  #closed = false

  constructor(parts: EncoderParts) {
    this.#parts = parts
  }

  encode(bytes: Uint8Array): Promise<MadePicture | PictureRefusal> {
    const full =
      this.#waiting.length >= QUEUED_UPLOADS || this.#bytes + bytes.length > QUEUED_BYTES
    if (this.#closed || full) return Promise.reject(busy())
    const answer: Waiting['answer'] = Promise.withResolvers()
    this.#waiting.push({ bytes, answer })
    this.#bytes += bytes.length
    if (this.#underWay === undefined) this.#next()
    return answer.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const all = this.#waiting.splice(0)
    if (this.#underWay !== undefined) all.push(this.#underWay)
    this.#underWay = undefined
    for (const { answer } of all) answer.reject(busy())
    await this.#end()
  }

  #next(): void {
    this.#cancelTimer?.()
    const next = this.#waiting.shift()
    this.#underWay = next
    if (next === undefined) {
      hold(this.#child, false)
      this.#cancelTimer = this.#parts.realTime.after(IDLE, () => void this.#end())
      return
    }
    this.#bytes -= next.bytes.length
    this.#lastId += 1
    const job: PictureJob = { id: this.#lastId, bytes: next.bytes }
    const child = (this.#child ??= this.#start())
    hold(child, true)
    this.#cancelTimer = this.#parts.realTime.after(
      PATIENCE,
      () => void this.#lost(child, 'hung'),
    )
    // An error here means that it is gone; its exit says so too.
    child.send(job, () => undefined)
  }

  #start(): ChildProcess {
    this.#isReady = false
    const program = this.#parts.program ?? new URL('picture-process.ts', import.meta.url)
    const child = fork(program, {
      execArgv,
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.on('message', (reply) => this.#take(child, reply))
    child.on('error', () => void this.#lost(child, 'died'))
    child.on('exit', () => void this.#lost(child, 'died'))
    return child
  }

  #take(child: ChildProcess, raw: unknown): void {
    if (this.#child !== child) return
    if (raw === ready) {
      this.#isReady = true
      return
    }
    const { data: reply } = pictureReply.safeParse(raw)
    if (reply?.id !== this.#lastId) {
      void this.#lost(child, 'hung')
      return
    }
    const done = this.#underWay
    this.#next()
    done?.answer.resolve(reply.ok ? reply.picture : reply.refusal)
  }

  /** It hung or died. Whatever it worked on did that; the others get a new process. */
  async #lost(child: ChildProcess, how: 'hung' | 'died'): Promise<void> {
    if (this.#child !== child) return
    const guilty = this.#underWay
    this.#underWay = undefined
    await this.#end()
    if (how === 'hung' || this.#isReady) guilty?.answer.resolve({ kind: 'damaged' })
    else guilty?.answer.reject(notStarted())
    // Somebody may have come meanwhile.
    if (!this.#closed && this.#underWay === undefined) this.#next()
  }

  async #end(): Promise<void> {
    this.#cancelTimer?.()
    const child = this.#child
    this.#child = undefined
    if (child === undefined || isOver(child)) return
    const ended = Promise.withResolvers<void>()
    child.once('exit', () => ended.resolve())
    child.once('error', () => ended.resolve())
    hold(child, true)
    child.kill('SIGKILL')
    await ended.promise
  }
}

/** While it works the service waits for it; while it idles nobody does. */
function hold(child: ChildProcess | undefined, held: boolean): void {
  if (held) child?.ref()
  else child?.unref()
  if (held) child?.channel?.ref()
  else child?.channel?.unref()
}

/** Ended, or never started. */
function isOver({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}

function busy(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'The photo could not be taken in now',
    why: 'Many photos are being received at the same time',
    next: 'Try again in a minute, or send the report without the photo',
  })
}

function notStarted(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'The photo could not be taken in now',
    why: 'The process that reads pictures does not start',
    next: 'Send the report without the photo, and tell who runs this service',
  })
}
