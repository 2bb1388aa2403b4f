import { parseNumber, parseSubject, parseValues, type LastValue } from './live-values.ts'

/** What a live connection tells. */
export interface ConnectionListener {
  /** The service was heard. */
  sign(): void
  changed(kind: string, subject: string): void
  values(values: ReadonlyMap<number, LastValue>): void
  /** Something may have been missed. */
  missed(): void
  /** The service does not open a stream; the session may be over. */
  refused(): void
}

/** Whose changes a stream tells: those of the own organisation, or those of others a contractor works for. */
export type StreamOf = 'own' | 'others'

const paths: Readonly<Record<StreamOf, string>> = {
  own: '/api/v1/stream',
  others: '/api/v1/contractor/stream',
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/**
 * An event stream of the page. The browser takes up a broken stream by itself where it was;
 * what it gives up is opened anew here, after a wait that doubles from 1 to 30 seconds.
 */
export class Connection {
  readonly #of: StreamOf
  readonly #listener: ConnectionListener
  #source: EventSource | undefined
  #points: readonly number[] = []
  /** Number of the newest change that was heard of. */
  #known: number | undefined
  #waitMs = FIRST_WAIT_MS
  #timer: number | undefined

  constructor(of: StreamOf, listener: ConnectionListener) {
    this.#of = of
    this.#listener = listener
  }

  /** Opens the stream; values of `points` come with it. Ends the one before. */
  open(points: readonly number[] = this.#points): void {
    this.close()
    this.#points = points
    const query = points.length === 0 ? '' : `?points=${points.join(',')}`
    const source = new EventSource(`${paths[this.#of]}${query}`)
    this.#source = source
    this.#listen(source)
    source.addEventListener('error', () => this.#broken(source))
  }

  close(): void {
    window.clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = undefined
  }

  #listen(source: EventSource): void {
    const on = (name: string, hear: (data: string) => void) =>
      source.addEventListener(name, (event: MessageEvent<string>) => {
        this.#waitMs = FIRST_WAIT_MS
        this.#listener.sign()
        hear(event.data)
        const number = Number(event.lastEventId)
        if (event.lastEventId !== '' && Number.isSafeInteger(number)) this.#known = number
      })
    let greeted = false
    on('hello', (data) => {
      // A stream that the browser took up itself goes on without a gap; a new one may begin later.
      if (!greeted && parseNumber(data) !== this.#known) this.#listener.missed()
      greeted = true
    })
    on('heartbeat', () => {})
    on('resync', () => this.#listener.missed())
    on('values', (data) => this.#listener.values(parseValues(data)))
    for (const kind of ['alarm', 'case', 'configuration']) {
      // A case of others is work here, whatever it is there.
      const told = this.#of === 'others' ? 'work' : kind
      on(kind, (data) => this.#listener.changed(told, parseSubject(data)))
    }
  }

  #broken(source: EventSource): void {
    if (source !== this.#source || source.readyState !== EventSource.CLOSED) return
    this.#listener.refused()
    this.#timer = window.setTimeout(() => this.open(), this.#waitMs)
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2)
  }
}
