/** Owns the store's file. One write runs at a time; reads run beside it on connections of their own. */

import type { DuckDBConnection } from '@duckdb/node-api'
import type { Keep, Windows } from '../reading-store.ts'
import { answerCalls, type Answer, type CallHandlers } from '../worker-calls.ts'
import type { RewriteRequest, StoreCalls, WriteRequest } from './calls.ts'
import { Lane } from '../lane.ts'
import { columnBuffers } from './arrival-columns.ts'
import { readLatest, readTotals } from './latest.ts'
import { LiveDatabase } from './live-database.ts'
import { keepsArrivals } from './lost-arrivals.ts'
import { Newest } from './newest.ts'
import { deleteRollUps, planSlices, retainSlice } from './retain.ts'
import { rewriteReadings } from './rewrite.ts'
import { hasRollUps, type Known } from './roll-up.ts'
import { noRows, rowBuffers } from './rows.ts'
import { planColumns, readColumns } from './scan-columns.ts'
import { planScan, scanStep } from './scan.ts'
import { readSeries } from './series.ts'
import { rowsOf } from './statements.ts'
import type { StoredRows } from './stored-rows.ts'
import { readWindows } from './windows.ts'
import { forgetCursor, readCursor, writeReadings } from './write.ts'

const emptySeries = { samples: [], total: 0, thinned: false }
const noTotals = { count: 0, sum: 0 }

class Store {
  readonly #database: LiveDatabase
  readonly #newest = new Newest()
  /** Ids of organisations, which never change. */
  readonly #ids = new Map<string, number>()
  /** By id: whether windows may stand for readings. Asked once, for it nearly never changes. */
  readonly #rolled = new Map<number, boolean>()
  readonly #writing = new Lane({ width: 1, maxWaiting: 16 })
  readonly #reading = new Lane({ width: 2, maxWaiting: 256 })

  constructor(database: LiveDatabase) {
    this.#database = database
  }

  write(request: WriteRequest): Promise<void> {
    return this.#change((to) => writeReadings(to, request, this.#newest))
  }

  rewrite(request: RewriteRequest): Promise<void> {
    return this.#change((to) => rewriteReadings(to, request, this.#newest))
  }

  adopt(): Promise<void> {
    return this.#change(forgetCursor)
  }

  /** A slice at a time: writes that wait come between. */
  async retain(keep: Keep): Promise<number> {
    const id = await this.read((from) => this.#idOf(from, keep.organisation))
    if (id === undefined) return 0
    if (keep.rollUp !== undefined) this.#rolled.set(id, true)
    const slices = await this.read((from) => planSlices(from, id, keep))
    let deleted = 0
    for (const slice of slices) {
      deleted += await this.#change((to) => retainSlice(to, id, { keep, slice }))
    }
    await this.#change((to) => deleteRollUps(to, id, keep))
    return deleted
  }

  read<T>(work: (from: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#reading.run(() => this.#database.with(work))
  }

  /** Runs `work` for the organisation; gives `unknown` for one that has no readings. */
  readOf<T>(
    organisation: string,
    unknown: T,
    work: (from: DuckDBConnection, known: Known) => Promise<T>,
  ): Promise<T> {
    return this.read(async (from) => {
      const id = await this.#idOf(from, organisation)
      if (id === undefined) return unknown
      const rolled = await this.#isRolled(from, id)
      const result = await work(from, { id, rolled })
      // The first readings may have been rolled up meanwhile, and nobody looked for their windows.
      const changed = !rolled && (await this.#isRolled(from, id))
      return changed ? work(from, { id, rolled: true }) : result
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#writing.empty(), this.#reading.empty()])
    await this.#database[Symbol.asyncDispose]()
  }

  #change<T>(work: (to: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#writing.run(() => this.#database.with(work))
  }

  async #idOf(from: DuckDBConnection, slug: string): Promise<number | undefined> {
    const known = this.#ids.get(slug)
    if (known !== undefined) return known
    const [row] = await rowsOf(from, 'SELECT id FROM organisation WHERE slug = ?', [slug])
    if (row === undefined) return undefined
    const id = Number(row['id'])
    this.#ids.set(slug, id)
    return id
  }

  async #isRolled(from: DuckDBConnection, id: number): Promise<boolean> {
    const known = this.#rolled.get(id)
    if (known !== undefined) return known
    const rolled = await hasRollUps(from, id)
    // A call of `retain` may have said so while this was asked.
    const now = this.#rolled.get(id) ?? rolled
    this.#rolled.set(id, now)
    return now
  }
}

let opened: Store | undefined

function store(): Store {
  if (opened === undefined) throw new Error('the store is not open')
  return opened
}

const files = {
  open: async (request) => {
    opened = new Store(await LiveDatabase.open(request))
    return { reply: null }
  },
  close: async () => {
    await opened?.close()
    opened = undefined
    return { reply: null }
  },
} satisfies Partial<CallHandlers<StoreCalls>>

const changes = {
  write: async (request) => {
    await store().write(request)
    return { reply: null }
  },
  rewrite: async (request) => {
    await store().rewrite(request)
    return { reply: null }
  },
  adopt: async () => {
    await store().adopt()
    return { reply: null }
  },
  retain: async (keep) => ({ reply: { deleted: await store().retain(keep) } }),
} satisfies Partial<CallHandlers<StoreCalls>>

const questions = {
  cursor: async () => {
    const stored = await store().read(readCursor)
    return { reply: stored?.position }
  },
  series: async (request) => ({
    reply: await store().readOf(request.organisation, emptySeries, (from, known) =>
      readSeries(from, known, request),
    ),
  }),
  windows: async (request) =>
    windowsAnswer(
      await store().readOf(request.organisation, noWindows(), (from, known) =>
        readWindows(from, known, request),
      ),
    ),
  planScan: async (request) => ({
    reply: await store().readOf(request.organisation, [], (from, { id }) =>
      planScan(from, id, request),
    ),
  }),
  scanStep: async (step) =>
    rowsAnswer(
      await store().readOf(step.request.organisation, noRows(), (from, { id }) =>
        scanStep(from, id, step),
      ),
    ),
  planColumns: async (request) => ({
    reply: await store().readOf(request.organisation, [], (from, { id }) =>
      planColumns(from, id, request),
    ),
  }),
  readColumns: async (step) => {
    const columns = await store().readOf(
      step.request.organisation,
      undefined,
      (from, { id }) => readColumns(from, id, step),
    )
    return { reply: columns, transfer: columns === undefined ? [] : columnBuffers(columns) }
  },
  keepsArrivals: async (range) => ({
    reply: await store().readOf(range.organisation, true, (from, { id }) =>
      keepsArrivals(from, id, range),
    ),
  }),
  latest: async (organisation) =>
    rowsAnswer(
      await store().readOf(organisation, noRows(), (from, { id }) => readLatest(from, id)),
    ),
  totals: async ({ organisation, point }) => ({
    reply: await store().readOf(organisation, noTotals, (from, { id }) =>
      readTotals(from, id, point),
    ),
  }),
} satisfies Partial<CallHandlers<StoreCalls>>

function noWindows(): Windows {
  return { point: new Uint32Array(), window: new Uint32Array(), measures: {} }
}

function windowsAnswer(windows: Windows): Answer<Windows> {
  const columns = [windows.point, windows.window, ...Object.values(windows.measures)]
  const transfer = columns.flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  )
  return { reply: windows, transfer }
}

function rowsAnswer(rows: StoredRows): Answer<StoredRows> {
  return { reply: rows, transfer: rowBuffers(rows) }
}

answerCalls<StoreCalls>({ ...files, ...changes, ...questions })
