import { z } from 'zod'
import type { Block } from './block.ts'
import { ROWS_EACH } from './crowd.ts'
import type { DetectorSnapshot } from './detector.ts'
import { standingIn } from './episodes.ts'
import { type Phase, phases } from './holding.ts'
import type { Points } from './points.ts'
import { KEPT } from './recent.ts'
import { savedTime } from './rows.ts'
import { savedPoint } from './saved-point.ts'
import type { SilenceWatch } from './silence-watch.ts'
import type { AnyBlock } from './targets.ts'

/** Change it whenever the meaning of the saved state changes: a restart then rebuilds from the log. */
export const ENGINE = 'detector/3'

/** Targets, or points, on one page. Small, because a slow fleet touches a few of many every second. */
const PAGE_BITS = 8
const PAGE = 2 ** PAGE_BITS

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
const row = z.union([
  z.literal(0),
  z.tuple([
    z.int().min(0).max(3),
    z.int().min(0).max(31),
    z.int().min(1).max(8),
    time,
    time,
    time,
    time,
  ]),
])
const parts = z.array(z.unknown())
/** What is now, the newer and the older checkpoint, the parts of the three, closed episodes. */
const eventTarget = z.union([
  z.literal(0),
  z.tuple([row, row, row, parts, parts, parts, z.array(z.int())]),
])
/** Phase, onset, raised at, heard at, listening since. */
const silentTarget = z.tuple([z.int().min(0).max(3), time, time, time, time])
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
    this.#targets = new Uint8Array(Math.ceil(targets / PAGE))
    this.#points = new Uint8Array(Math.ceil(points / PAGE))
  }

  touchTarget(target: number): void {
    this.#targets[target >>> PAGE_BITS] = 1
  }

  touchPoint(point: number): void {
    this.#points[point >>> PAGE_BITS] = 1
  }

  /** Key → JSON of the head and of each page that changed; all of them when none was saved yet. */
  changed(state: State): ReadonlyMap<string, string> {
    const { targets, points } = this.isFresh
      ? everyPage(state)
      : { targets: dirty(this.#targets), points: dirty(this.#points) }
    const found = new Map([['head', JSON.stringify(headOf(state))]])
    for (const page of targets)
      found.set(`t${page}`, JSON.stringify(targetPage(state, page)))
    for (const page of points) found.set(`p${page}`, JSON.stringify(pointPage(state, page)))
    return found
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
    for (const page of points) pages[`p${page}`] = pointPage(state, page)
    return { head: headOf(state), pages }
  }
}

function dirty(pages: Uint8Array): readonly number[] {
  return [...pages.keys()].filter((page) => pages[page] === 1)
}

/** The state of a snapshot, from all its pages as `Detector.changes` told them. */
export function stateOfPages(pages: ReadonlyMap<string, string>): unknown {
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
  const rowOf = (kind: 't' | 'p', index: number): unknown => {
    const page = pages[`${kind}${Math.floor(index / PAGE)}`]
    if (page === undefined || index % PAGE >= page.length) {
      throw damaged(`${kind === 't' ? 'target' : 'point'} ${index} is missing`)
    }
    return page[index % PAGE]
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
  return { targets: pagesOf(sizeOf(blocks)), points: pagesOf(pointIds.length) }
}

function pagesOf(size: number): readonly number[] {
  return Array.from({ length: Math.ceil(size / PAGE) }, (_, page) => page)
}

function sizeOf(blocks: readonly AnyBlock[]): number {
  return blocks.reduce((sum, block) => sum + block.size, 0)
}

function targetPage({ blocks }: State, page: number): unknown[] {
  const [from, to] = [page * PAGE, (page + 1) * PAGE]
  return blocks.flatMap((block) => {
    const rows: unknown[] = []
    const end = Math.min(to, block.first + block.size)
    for (let target = Math.max(from, block.first); target < end; target += 1) {
      rows.push(saveTarget(block, target - block.first))
    }
    return rows
  })
}

function pointPage({ points, pointIds }: State, page: number): unknown[] {
  const rows: unknown[] = []
  const end = Math.min(pointIds.length, (page + 1) * PAGE)
  for (let point = page * PAGE; point < end; point += 1) rows.push(points.save(point))
  return rows
}

function saveTarget(block: AnyBlock, target: number): unknown {
  return block.kind === 'event'
    ? saveEvent(block, target)
    : saveSilence(block.watch(target))
}

function saveEvent(block: Block, target: number): z.infer<typeof eventTarget> {
  const { rows, size } = block
  const newer = rows.newer(target)
  const older = newer === 1 ? 2 : 1
  const now = rows.save(target)
  const first = rows.save(target + newer * size)
  if (now === 0 && first === 0) return 0
  const then = standingIn(rows, target + older * size)
  return [
    now,
    first,
    rows.save(target + older * size),
    block.saveParts(target, 0),
    block.saveParts(target, newer),
    block.saveParts(target, older),
    block.episodes.since(target, (rows.time[target] ?? -Infinity) - KEPT, then),
  ]
}

function loadTarget(block: AnyBlock, target: number, saved: unknown): void {
  if (block.kind === 'event') loadEvent(block, target, parse(eventTarget, saved))
  else loadSilence(block.watch(target), parse(silentTarget, saved))
}

function parse<S extends z.ZodType>(schema: S, saved: unknown): z.infer<S> {
  const parsed = schema.safeParse(saved)
  if (parsed.success) return parsed.data
  throw new Error(`is of another kind of condition: ${z.prettifyError(parsed.error)}`)
}

function loadEvent(block: Block, target: number, saved: z.infer<typeof eventTarget>): void {
  if (saved === 0) return
  const [now, first, second, parts0, parts1, parts2, episodes] = saved
  ;[now, first, second].forEach((row, k) => block.rows.load(target + k * block.size, row))
  ;[parts0, parts1, parts2].forEach((part, k) => {
    if (k < ROWS_EACH) block.loadParts(target, k, part)
  })
  block.episodes.set(target, episodes)
}

function saveSilence(watch: SilenceWatch): z.infer<typeof silentTarget> {
  return [
    phases.indexOf(watch.phase),
    savedTime(watch.onset),
    savedTime(watch.raisedAt),
    savedTime(watch.heard),
    savedTime(watch.listening),
  ]
}

function loadSilence(watch: SilenceWatch, saved: z.infer<typeof silentTarget>): void {
  const [phase, onset, raisedAt, heard, listening] = saved
  const name: Phase = phases[phase] ?? 'NORMAL'
  watch.phase = name
  watch.onset = onset ?? -Infinity
  watch.raisedAt = raisedAt ?? -Infinity
  watch.heard = heard ?? -Infinity
  watch.listening = listening ?? -Infinity
}

function damage(version: number, what: string): Error {
  return new Error(
    `the detector's snapshot of configuration ${version} is damaged: ${what}. ` +
      'Delete it, and the state is rebuilt from the reading log.',
  )
}
