import type { Around } from '../src/ports.ts'
import type { Database } from '../src/database/database.ts'
import type { Clock } from '../src/domain/clock.ts'
import type { LogRecord } from '../src/domain/log-record.ts'
import type { Position } from '../src/domain/position.ts'
import { durationUs, MS } from '../src/domain/time.ts'
import type { ReadingLog } from '../src/ingest/reading-log.ts'
import type { ReadingStore } from '../src/store/reading-store.ts'
import type { Stage } from './plan.ts'

export interface Trap {
  readonly stage: Stage | 'K13'
  /** It snaps the so-manieth time somebody comes by. */
  readonly hit: number
  /** 0 to 1; see `Kill`. */
  readonly chance: number
  readonly clock: Clock
  /** Ends the process with SIGKILL, so it never returns. */
  readonly die: () => never
}

/** Puts a trap around the ports of the service; everything it does not catch is the real port's. */
export function trapAround(trap: Trap): Around {
  let passed = 0
  const set = { ...trap, snap: () => ++passed === trap.hit }
  return traps[trap.stage](set)
}

const inTheLog = (set: Set): Around => ({ log: (log) => trappedLog(log, set) })

const traps: Readonly<Record<Trap['stage'], (set: Set) => Around>> = {
  K1: inTheLog,
  K2: inTheLog,
  K3: inTheLog,
  K4: inTheLog,
  K5: (set) => ({ store: (store) => trappedStore(store, set) }),
  K6: trappedAlarms,
  K7: trappedAlarms,
  K8: trappedAlarms,
  K9: ({ snap, die }) => ({
    transport: (transport) => ({
      send: (letter) => (snap() ? die() : transport.send(letter)),
    }),
  }),
  K10: (set) => atStatement('update "outbox" set "delivered_at"', set),
  'K11-photo': (set) =>
    atStatement(
      set.chance < 0.5 ? 'insert into "photo"' : 'update "photo" set "case"',
      set,
    ),
  // Only people's reports have a follower.
  'K11-report': (set) => trappedWrite('insert into "subscriber"', set),
  'K11-place': (set) => trappedWrite('delete from "intake"', set),
  'K12-snapshot': (set) => atStatement('insert into "checkpoint"', set),
  'K12-retention': (set) => ({ log: (log) => retaining(log, set) }),
  K13: ({ snap, die }) => ({
    statement() {
      if (snap()) die()
    },
    // The migration had fewer statements: then it dies right behind it.
    database: die,
  }),
}

interface Set extends Trap {
  readonly snap: () => boolean
}

/** The port with some of its methods replaced. */
export function withMethods<T extends object>(port: T, methods: Partial<T>): T {
  return new Proxy(port, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name)
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function trappedLog(log: ReadingLog, { stage, chance, clock, snap, die }: Set): ReadingLog {
  const soon = (ms: number): void => void clock.after(durationUs(ms * MS), die)
  async function append(record: LogRecord): Promise<Position> {
    if (record.kind !== 'envelope') return log.append(record)
    if (stage === 'K1' && snap()) die()
    const appended = log.append(record)
    if (stage === 'K2' && snap()) {
      soon(chance * 6)
      await appended
      die()
    }
    const position = await appended
    if (stage === 'K3' && snap()) die()
    // By then the acknowledgement has left.
    if (stage === 'K4' && snap()) soon(3 + chance * 5)
    return position
  }
  return withMethods(log, { append, appendAll: oneByOne(append) })
}

/** One at a time, so that every trap catches each of them. */
function oneByOne(append: ReadingLog['append']): ReadingLog['appendAll'] {
  return async (records) => {
    await Promise.all(records.map((record) => append(record)))
  }
}

function trappedStore(
  store: ReadingStore,
  { chance, clock, snap, die }: Set,
): ReadingStore {
  return withMethods(store, {
    async write(records, cursor, follows) {
      const caught = records.length > 0 && snap()
      const written = store.write(records, cursor, follows)
      if (caught && chance < 0.5) clock.after(durationUs(chance * 40 * MS), die)
      await written
      if (caught) die()
    },
  })
}

function trappedAlarms({ stage, chance, snap, die }: Set): Around {
  /** Statements of the trapped transaction that may still pass. */
  let left = Number.POSITIVE_INFINITY
  const trapped = (database: Database): Database =>
    withMethods(database, {
      async write(organisation, lane, body) {
        if (lane !== 'alarm' || !snap()) return database.write(organisation, lane, body)
        if (stage === 'K6') die()
        const result = await database.write(organisation, lane, (work) => {
          if (stage === 'K7') left = Math.floor(chance * 12)
          return body(work)
        })
        if (stage === 'K8') die()
        return result
      },
    })
  return {
    database: trapped,
    statement(sql) {
      // At the latest when everything is written and only the commit is to come.
      if (left <= 0 || (left < Number.POSITIVE_INFINITY && sql === 'commit')) die()
      left -= 1
    },
  }
}

/** Dies before a statement that begins so reaches the database. */
function atStatement(start: string, { snap, die }: Set): Around {
  return {
    statement(sql) {
      if (sql.startsWith(start) && snap()) die()
    },
  }
}

/** Statements of the writes that are trapped so, at most, behind the one that they are known by. */
const STATEMENTS = 12

/** Dies inside a write that has a statement that begins so, or, one time in four, when it is committed. */
function trappedWrite(start: string, { chance, snap, die }: Set): Around {
  let left = Number.POSITIVE_INFINITY
  let isCommitted = false
  const diesInside = chance < 0.75
  return {
    statement(sql) {
      if (left === Number.POSITIVE_INFINITY && sql.startsWith(start) && snap()) {
        left = Math.floor((chance / 0.75) * STATEMENTS)
      }
      if (left === Number.POSITIVE_INFINITY) return
      if (diesInside && (left <= 0 || sql === 'commit')) die()
      if (sql === 'commit') isCommitted = true
      left -= 1
    },
    database: (database) =>
      withMethods(database, {
        async write(organisation, lane, body) {
          const result = await database.write(organisation, lane, body)
          if (isCommitted) die()
          return result
        },
      }),
  }
}

const everything = { maxAge: durationUs(0) }

/** A log that is made to forget all it may, again and again, and is killed while it does. */
function retaining(log: ReadingLog, { chance, clock, snap, die }: Set): ReadingLog {
  const again = (): void => void clock.after(durationUs(300 * MS), () => void forget())
  async function forget(): Promise<void> {
    const caught = snap()
    const retained = log.retain(everything, clock.now())
    if (caught && chance < 0.8) clock.after(durationUs(chance * 5 * MS), die)
    await retained
    if (caught) die()
    again()
  }
  again()
  return log
}

/** The planted mistake: a message is acknowledged before it is durable. */
export function acknowledgesTooEarly(clock: Clock): Around {
  const late = durationUs(50 * MS)
  return {
    log(log) {
      function append(record: LogRecord): Promise<Position> {
        if (record.kind !== 'envelope') return log.append(record)
        clock.after(late, () => void log.append(record))
        const nowhere = { epoch: log.epoch, partition: 0, sequence: 0, index: 0 }
        return Promise.resolve(log.head() ?? nowhere)
      }
      return withMethods(log, { append, appendAll: oneByOne(append) })
    },
  }
}
