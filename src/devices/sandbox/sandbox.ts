// oxlint-disable-next-line no-restricted-imports -- the sandbox is the one part of the core with a thread
import { Worker } from 'node:worker_threads'
import type { CancelTimer, Clock } from '../../domain/clock.ts'
import { durationUs, SECOND, type DurationUs } from '../../domain/time.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import type { Job, Outcome, Program } from './program.ts'

/** Runs the code of device types where it can neither reach nor stop anything. */
export interface Sandbox {
  /**
   * What the program makes of the job. The caller bounds how many are under way. Rejects only when
   * the sandbox cannot be started or was closed, so that the message is decoded again later.
   */
  run(program: Program, job: Job): Promise<Outcome>
  /** Stops the worker; what is under way rejects. */
  close(): Promise<void>
}

/** Jobs of one round trip to the worker. */
const MAX_BATCH = 64
/** A list of jobs may take so long, and so much more for each job. */
const patience: DurationUs = durationUs(5 * SECOND)
const patiencePerJob: DurationUs = durationUs(SECOND / 2)

interface Waiting {
  readonly program: Program
  readonly job: Job
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: Error) => void
  /** It was in a list that the worker did not finish, so it goes alone. */
  suspect: boolean
}

interface Running {
  readonly worker: Worker
  ready: boolean
}

/**
 * A worker thread that starts with the first job and holds no process open while it has none.
 * Code that does not come back is ended with its worker; the job it hung on is told from the others
 * by giving each of them a worker's attention alone.
 */
export function createSandbox(clock: Pick<Clock, 'after'>): Sandbox {
  return new WorkerSandbox(clock)
}

class WorkerSandbox implements Sandbox {
  readonly #clock: Pick<Clock, 'after'>
  #waiting: Waiting[] = []
  #underWay: readonly Waiting[] = []
  #running: Running | undefined
  #cancelTimer: CancelTimer | undefined
  #flushing = false
  #closed = false

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  run(program: Program, job: Job): Promise<Outcome> {
    if (this.#closed) return Promise.reject(new Error('the sandbox is closed'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ program, job, resolve, reject, suspect: false })
      if (this.#flushing || this.#underWay.length > 0) return
      this.#flushing = true
      // Whatever else is decoded in this turn goes along.
      queueMicrotask(() => {
        this.#flushing = false
        if (this.#underWay.length === 0) this.#send()
      })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    const error = new Error('the sandbox is closed')
    const all = [...this.#underWay, ...this.#waiting]
    this.#waiting = []
    const { worker } = this.#running ?? {}
    this.#leaveWorker()
    for (const { reject } of all) reject(error)
    await worker?.terminate()
  }

  #send(): void {
    const count = this.#waiting[0]?.suspect === true ? 1 : this.#trusted()
    const list = this.#waiting.splice(0, count)
    if (list.length === 0) {
      this.#running?.worker.unref()
      return
    }
    this.#underWay = list
    this.#running ??= this.#start()
    const { worker } = this.#running
    worker.ref()
    const delay = durationUs(patience + list.length * patiencePerJob)
    this.#cancelTimer = this.#clock.after(delay, () => this.#lost(worker, 'took too long'))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(messageOf(list))
  }

  /** How many at the front may go together. */
  #trusted(): number {
    const first = this.#waiting.findIndex(({ suspect }) => suspect)
    return Math.min(MAX_BATCH, first === -1 ? this.#waiting.length : first)
  }

  #start(): Running {
    const worker = new Worker(new URL('./sandbox.worker.ts', import.meta.url), {
      // JSONata runs on the worker's own heap; codecs have theirs inside the interpreter.
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
      env: {},
    })
    const running: Running = { worker, ready: false }
    worker.on('message', (message: FromWorker) => {
      if (this.#running !== running) return
      if (message === 'ready') running.ready = true
      else this.#settle(message)
    })
    worker.on('error', (error) => this.#lost(worker, `ended: ${String(error)}`))
    worker.on('exit', (code) => this.#lost(worker, `ended with code ${code}`))
    return running
  }

  #settle(outcomes: readonly Outcome[]): void {
    this.#cancelTimer?.()
    const list = this.#underWay
    this.#underWay = []
    for (const [index, { resolve, reject }] of list.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) reject(new Error('the sandbox left a job out'))
      else resolve(outcome)
    }
    this.#send()
  }

  /** The worker hung or died, and its jobs with it. */
  #lost(worker: Worker, why: string): void {
    if (this.#running?.worker !== worker) return
    const { ready } = this.#running
    const list = this.#underWay
    this.#leaveWorker()
    void worker.terminate()
    const [first] = list
    if (!ready) {
      for (const { reject } of list)
        reject(new Error(`the sandbox does not start: it ${why}`))
    } else if (first !== undefined && list.length === 1) {
      first.resolve({
        ok: false,
        reason: 'codec_killed',
        detail: `the code of the device type was ended: it ${why}`,
      })
    } else {
      for (const one of list) one.suspect = true
      this.#waiting.unshift(...list)
    }
    this.#send()
  }

  #leaveWorker(): void {
    this.#cancelTimer?.()
    this.#underWay = []
    this.#running = undefined
  }
}

function messageOf(list: readonly Waiting[]): ToWorker {
  const programs = [...new Set(list.map(({ program }) => program))]
  const places = new Map(programs.map((program, index) => [program, index]))
  const jobs = list.map(({ program, job }) => ({ program: places.get(program) ?? 0, job }))
  return { programs, jobs }
}
