import { z } from 'zod'
import type { Block } from './block.ts'
import { ROWS_EACH } from './crowd.ts'
import { standingIn } from './episodes.ts'
import { type Phase, phases } from './holding.ts'
import { KEPT } from './recent.ts'
import { savedTime } from './rows.ts'
import type { SilenceWatch } from './silence-watch.ts'
import type { AnyBlock } from './targets.ts'

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

/** What is kept of a target, for a snapshot. */
export function saveTarget(block: AnyBlock, target: number): unknown {
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

/** Throws an Error that says what is wrong with it. */
export function loadTarget(block: AnyBlock, target: number, saved: unknown): void {
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
