import { z } from 'zod'
import type { DetectorSnapshot } from './detector.ts'
import type { Points } from './points.ts'
import { savedTime } from './rows.ts'
import { type CopiedPoint, packed, savedPoint } from './saved-point.ts'
import { loadTarget, saveTarget } from './saved-target.ts'
import type { AnyBlock } from './targets.ts'

/** Change it whenever the meaning of the saved state changes: a restart then rebuilds from the log. */
export const ENGINE = 'detector/4'
/** Like the one of now, but for larger pages of points. */
const LARGE_PAGES = 'detector/3'

/** Targets on one page. Small, because a slow fleet touches a few of many every second. */
const TARGET_BITS = 8
/** Points on one page. A fast point keeps 23 KB, and a page is packed in one go while devices wait. */
const POINT_BITS = 5
const POINT_BITS_BEFORE = 8

/** Can a snapshot of this engine be gone on from? */
export function isReadable(engine: string): boolean {
  return engine === ENGINE || engine === LARGE_PAGES
}

/** All that a detector remembers. */
export interface State {
  readonly organisation: string
  /** µs. */
  readonly blindTo: number
  /** When the rules took effect, µs. */
  readonly since: number
  readonly blocks: readonly AnyBlock[]
  readonly points: Points
  /** Point's number → id. */
  readonly pointIds: Uint32Array
}

const time = z.int().nullable()
const savedState = z.strictObject({
  head: z.strictObject({
    organisation: z.string(),
    blindTo: time,
    since: time,
    targets: z.int(),
    points: z.int(),
  }),
  pages: z.record(z.string(), z.array(z.unknown())),
})

/** Of the pages that a detector's state is cut into, those that changed. */
export class Pages {
  /** By page: 1 when it changed. Every reading comes by here, so no set. */
  readonly #targets: Uint8Array
  readonly #points: Uint8Array
  /** Nothing was saved yet under these rules. */
  isFresh = true

  constructor(targets: number, points: number) {
    this.#targets = new Uint8Array(pagesFor(targets, TARGET_BITS))
    this.#points = new Uint8Array(pagesFor(points, POINT_BITS))
  }

  touchTarget(target: number): void {
    this.#targets[target >>> TARGET_BITS] = 1
  }

  touchPoint(point: number): void {
    this.#points[point >>> POINT_BITS] = 1
  }

  /**
   * Key and JSON of the head and of each page that changed, as it is now; all of them when none was
   * saved yet. Points are copied now and packed as they are asked for, so that the rest of the house
   * can have a turn in between.
   */
  changed(state: State): Iterable<readonly [string, string]> {
    const { targets, points } = this.isFresh
      ? everyPage(state)
      : { targets: dirty(this.#targets), points: dirty(this.#points) }
    const said: (readonly [string, string])[] = [['head', JSON.stringify(headOf(state))]]
    for (const page of targets)
      said.push([`t${page}`, JSON.stringify(targetPage(state, page))])
    const heard = points.map((page) => [`p${page}`, copiedPage(state, page)] as const)
    // Whoever writes them down may have to begin again, so they can be asked for again.
    return { [Symbol.iterator]: () => packing(said, heard) }
  }

  /** What was changed is kept now. */
  saved(): void {
    this.isFresh = false
    this.#targets.fill(0)
    this.#points.fill(0)
  }

  all(state: State): z.infer<typeof savedState> {
    const { targets, points } = everyPage(state)
    const pages: Record<string, unknown[]> = {}
    for (const page of targets) pages[`t${page}`] = targetPage(state, page)
    for (const page of points) pages[`p${page}`] = copiedPage(state, page).map(packed)
    return { head: headOf(state), pages }
  }
}

/** What is in JSON already, then the points, each page packed when it is asked for. */
function* packing(
  said: readonly (readonly [string, string])[],
  heard: readonly (readonly [string, readonly (CopiedPoint | undefined)[]])[],
): Generator<readonly [string, string]> {
  yield* said
  for (const [key, page] of heard) yield [key, JSON.stringify(page.map(packed))]
}

function dirty(pages: Uint8Array): readonly number[] {
  return [...pages.keys()].filter((page) => pages[page] === 1)
}

/** The state of a snapshot, from all its pages as `Detector.changes` told them. */
export function stateOfPages(pages: Iterable<readonly [string, string]>): unknown {
  const read = [...pages].map(([key, json]) => [key, JSON.parse(json) as unknown] as const)
  return {
    head: read.find(([key]) => key === 'head')?.[1],
    pages: Object.fromEntries(read.filter(([key]) => key !== 'head')),
  }
}

/** Puts a snapshot into a state of the same rules in which nothing happened yet. */
export function restorePages(
  snapshot: DetectorSnapshot,
  state: State,
): { readonly blindTo: number; readonly since: number } {
  const damaged = (what: string): Error => damage(snapshot.configurationVersion, what)
  const parsed = savedState.safeParse(snapshot.state)
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error))
  const { head, pages } = parsed.data
  if (head.organisation !== state.organisation) {
    throw damaged(`it is of ${head.organisation} and not of ${state.organisation}`)
  }
  const size = sizeOf(state.blocks)
  if (head.targets !== size) throw damaged(`${head.targets} states for ${size} targets`)
  if (head.points !== state.pointIds.length) {
    throw damaged(`${head.points} points for ${state.pointIds.length}`)
  }
  const pointBits = snapshot.engine === LARGE_PAGES ? POINT_BITS_BEFORE : POINT_BITS
  const rowOf = (kind: 't' | 'p', index: number): unknown => {
    const bits = kind === 't' ? TARGET_BITS : pointBits
    const page = pages[`${kind}${index >>> bits}`]
    const place = index & (2 ** bits - 1)
    if (page === undefined || place >= page.length) {
      throw damaged(`${kind === 't' ? 'target' : 'point'} ${index} is missing`)
    }
    return page[place]
  }
  for (const block of state.blocks) {
    for (let target = 0; target < block.size; target += 1) {
      try {
        loadTarget(block, target, rowOf('t', block.first + target))
      } catch (error) {
        throw damaged(
          `state ${block.first + target}: ${error instanceof Error ? error.message : String(error)}`,
        )
      }
    }
  }
  state.pointIds.forEach((_, point) => {
    try {
      state.points.load(point, savedPoint.parse(rowOf('p', point)))
    } catch (error) {
      throw damaged(
        `point ${point}: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  })
  return { blindTo: head.blindTo ?? -Infinity, since: head.since ?? -Infinity }
}

function headOf({ organisation, blindTo, since, blocks, pointIds }: State) {
  return {
    organisation,
    blindTo: savedTime(blindTo),
    since: savedTime(since),
    targets: sizeOf(blocks),
    points: pointIds.length,
  }
}

function everyPage({ blocks, pointIds }: State) {
  return {
    targets: pagesOf(sizeOf(blocks), TARGET_BITS),
    points: pagesOf(pointIds.length, POINT_BITS),
  }
}

function pagesOf(size: number, bits: number): readonly number[] {
  return Array.from({ length: pagesFor(size, bits) }, (_, page) => page)
}

function pagesFor(size: number, bits: number): number {
  return Math.ceil(size / 2 ** bits)
}

function sizeOf(blocks: readonly AnyBlock[]): number {
  return blocks.reduce((sum, block) => sum + block.size, 0)
}

function targetPage({ blocks }: State, page: number): unknown[] {
  const [from, to] = [page << TARGET_BITS, (page + 1) << TARGET_BITS]
  return blocks.flatMap((block) => {
    const rows: unknown[] = []
    const end = Math.min(to, block.first + block.size)
    for (let target = Math.max(from, block.first); target < end; target += 1) {
      rows.push(saveTarget(block, target - block.first))
    }
    return rows
  })
}

function copiedPage(
  { points, pointIds }: State,
  page: number,
): readonly (CopiedPoint | undefined)[] {
  const rows: (CopiedPoint | undefined)[] = []
  const end = Math.min(pointIds.length, (page + 1) << POINT_BITS)
  for (let point = page << POINT_BITS; point < end; point += 1)
    rows.push(points.copy(point))
  return rows
}

function damage(version: number, what: string): Error {
  return new Error(
    `the detector's snapshot of configuration ${version} is damaged: ${what}. ` +
      'Delete it, and the state is rebuilt from the reading log.',
  )
}
