import type { PointId } from '../../domain/ids.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { Keep } from '../reading-store.ts'
import { measurements } from './measurement.ts'
import {
  pagesOf,
  rowPagesOf,
  type PageRequest,
  type PointRows,
  type Table,
} from './pages.ts'
import type { Asks } from './points.ts'
import {
  allOfWindows,
  holds,
  merge,
  rolledWindow,
  windowOf,
  type RolledWindow,
} from './rolled-window.ts'
import { numberIn, positionIn, timeIn, type Row } from './rows.ts'

/** What a roll-up must know of a reading. */
export const readingsToRollUp: Table = {
  measurement: measurements.reading,
  counted: 'flags',
  fields: ['counts', 'number', 'epoch', 'sequence', 'idx'],
}

export type RollUp = Keep & Required<Pick<Keep, 'rollUp'>>

/** Windows that are complete, and how many readings were looked at for them. */
export interface RolledPage {
  readonly readings: number
  readonly windows: readonly RolledWindow[]
}

/**
 * Folds every reading before `rawSince` into windows, those that are stored already included. A window
 * is given when all of its readings were seen, so that what is stored of it holds all or none.
 */
export async function* rolledPages(server: Asks, keep: RollUp): AsyncGenerator<RolledPage> {
  const { organisation, points, rawSince } = keep
  const old: PageRequest = { organisation, points, to: rawSince }
  const fold = new Fold(keep)
  for await (const page of pagesOf(server, readingsToRollUp, old)) {
    fold.known = await storedWindows(server, keep, page)
    for (const { point, rows } of page) for (const row of rows) fold.add(point, row)
    const readings = page.reduce((sum, { rows }) => sum + rows.length, 0)
    yield { readings, windows: fold.takeComplete() }
  }
  yield { readings: 0, windows: fold.takeAll() }
}

/** The one window that is being folded, and those before it. Readings come by point and time. */
class Fold {
  /** What is stored, of the windows that the coming readings may fall into. */
  known: ReadonlyMap<string, RolledWindow> = new Map()
  readonly #keep: RollUp
  #complete: RolledWindow[] = []
  #key: string | undefined
  #before: RolledWindow | undefined
  #window: RolledWindow | undefined
  #changed = false

  constructor(keep: RollUp) {
    this.#keep = keep
  }

  add(point: PointId, row: Row): void {
    if (row['counts'] !== true) return
    const { organisation, rawSince, rollUp } = this.#keep
    const position = positionIn(row, organisation)
    const reading = { value: numberIn(row, 'number'), at: timeIn(row), position }
    const own = windowOf(reading, {
      organisation,
      point,
      width: rollUp.width,
      until: rawSince,
    })
    if (own.start < rollUp.since) return
    this.#turnTo(own)
    if (this.#before !== undefined && holds(this.#before, reading)) return
    this.#window = this.#window === undefined ? own : merge(this.#window, own)
    this.#changed = true
  }

  takeComplete(): readonly RolledWindow[] {
    const complete = this.#complete
    this.#complete = []
    return complete
  }

  takeAll(): readonly RolledWindow[] {
    this.#close()
    return this.takeComplete()
  }

  #turnTo(own: RolledWindow): void {
    const key = keyOf(own)
    if (key === this.#key) return
    this.#close()
    this.#key = key
    this.#before = this.known.get(key)
    this.#window = this.#before
  }

  #close(): void {
    if (this.#changed && this.#window !== undefined) this.#complete.push(this.#window)
    this.#key = undefined
    this.#changed = false
  }
}

/** The windows of this width that are stored for the readings of the page. */
async function storedWindows(
  server: Asks,
  { organisation, rawSince, rollUp }: RollUp,
  page: readonly PointRows[],
): Promise<ReadonlyMap<string, RolledWindow>> {
  const range = {
    organisation,
    points: page.map(({ point }) => point),
    from: Math.floor(earliestOf(page) / rollUp.width) * rollUp.width,
    to: rawSince,
  }
  const found = new Map<string, RolledWindow>()
  for await (const rows of rowPagesOf(server, allOfWindows, range)) {
    for (const { point, row } of rows) {
      const window = rolledWindow(row, organisation, point)
      if (window.width === rollUp.width) found.set(keyOf(window), window)
    }
  }
  return found
}

/** Rows of a point are in the order of time. */
function earliestOf(page: readonly PointRows[]): TimeUs {
  const firsts = page.flatMap(({ rows }) => rows.slice(0, 1).map((row) => timeIn(row)))
  return timeUs(Math.min(...firsts))
}

function keyOf({ point, start }: RolledWindow): string {
  return `${point} ${start}`
}
