/** Owns the store's file. One write runs at a time; reads run beside it on connections of their own. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { answerCalls, type CallHandlers } from '../worker-calls.ts'
import type { StoreCalls, WriteRequest } from './calls.ts'
import { rowsOf } from './file.ts'
import { Lane } from './lane.ts'
import { readLatest, readTotals } from './latest.ts'
import { LiveDatabase } from './live-database.ts'
import { readSeries } from './series.ts'
import { readCursor, writeReadings } from './write.ts'

const emptySeries = { samples: [], total: 0, thinned: false }
const noTotals = { count: 0, sum: 0 }

class Store {
  readonly #database: LiveDatabase
  readonly #writing = new Lane({ width: 1, maxWaiting: 16 })
  readonly #reading = new Lane({ width: 2, maxWaiting: 256 })

  constructor(database: LiveDatabase) {
    this.#database = database
  }

  write(request: WriteRequest): Promise<void> {
    return this.#writing.run(() => this.#database.with((to) => writeReadings(to, request)))
  }

  read<T>(work: (from: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#reading.run(() => this.#database.with(work))
  }

  /** Runs `work` with the organisation's id; gives `unknown` for one that has no readings. */
  readOf<T>(
    organisation: string,
    unknown: T,
    work: (from: DuckDBConnection, id: number) => Promise<T>,
  ): Promise<T> {
    return this.read(async (from) => {
      const sql = 'SELECT id FROM organisation WHERE slug = ?'
      const [row] = await rowsOf(from, sql, [organisation])
      return row === undefined ? unknown : work(from, Number(row['id']))
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#writing.empty(), this.#reading.empty()])
    await this.#database[Symbol.asyncDispose]()
  }
}

function handlers(): CallHandlers<StoreCalls> {
  let opened: Store | undefined
  const store = (): Store => {
    if (opened === undefined) throw new Error('the store is not open')
    return opened
  }
  return {
    open: async (request) => {
      opened = new Store(await LiveDatabase.open(request))
      return { reply: null }
    },
    cursor: async () => {
      const stored = await store().read(readCursor)
      return { reply: stored?.position }
    },
    write: async (request) => {
      await store().write(request)
      return { reply: null }
    },
    series: async (request) => ({
      reply: await store().readOf(request.organisation, emptySeries, (from, id) =>
        readSeries(from, id, request),
      ),
    }),
    latest: async (organisation) => ({
      reply: await store().readOf(organisation, [], (from, id) =>
        readLatest(from, id, organisation),
      ),
    }),
    totals: async ({ organisation, point }) => ({
      reply: await store().readOf(organisation, noTotals, (from, id) =>
        readTotals(from, id, point),
      ),
    }),
    close: async () => {
      await opened?.close()
      opened = undefined
      return { reply: null }
    },
  }
}

answerCalls<StoreCalls>(handlers())
