import { carryTarget, type CarryParts, retire } from './carry.ts'
import type { Journal } from './journal.ts'
import type { Points } from './points.ts'
import type { Routes } from './routes.ts'
import { carrySilence, retireSilence } from './silence-watch.ts'
import type { Speaker } from './speaker.ts'
import { type AnyBlock, compareTargets } from './targets.ts'

/** The rules of one version, and what is known of their points. */
export interface Version {
  readonly blocks: readonly AnyBlock[]
  readonly routes: Routes
  readonly points: Points
}

interface Place {
  readonly block: AnyBlock
  readonly target: number
}

/** Takes over what the version before knew, in order; then says goodbye to those that are gone. */
export function activate(
  now: Version,
  before: Version,
  context: {
    readonly journal: Journal
    readonly speaker: Speaker
    /** µs. */
    readonly blindTo: number
  },
): void {
  now.routes.ids.forEach((id, point) => {
    const old = before.routes.indexOf(id)
    if (old !== undefined) now.points.take(point, before.points, old)
  })
  const parts: CarryParts = {
    ...context,
    points: now.points,
    indexOf: (point) => now.routes.indexOf(point),
  }
  const gone: Place[] = []
  const old = placesOf(before.blocks)
  let next = old.next()
  for (const place of placesOf(now.blocks)) {
    // Both are in the same order, so one walk along the two finds who is whose.
    while (next.done !== true && compare(next.value, place) < 0) {
      gone.push(next.value)
      next = old.next()
    }
    if (next.done === true || compare(next.value, place) > 0) continue
    carry(place, next.value, { parts, blindTo: context.blindTo })
    next = old.next()
  }
  for (; next.done !== true; next = old.next()) gone.push(next.value)
  for (const place of gone) leave(place, parts)
}

function carry(
  { block, target }: Place,
  before: Place,
  { parts, blindTo }: { readonly parts: CarryParts; readonly blindTo: number },
): void {
  if (block.kind === 'event' && before.block.kind === 'event') {
    const old = { block: before.block, target: before.target }
    carryTarget({ block, target }, old, parts)
  } else if (block.kind === 'processing' && before.block.kind === 'processing') {
    const { journal } = parts
    carrySilence(block.watch(target), before.block.watch(before.target), {
      blindTo,
      journal,
    })
  } else {
    // Silence says nothing about a value nor a value about silence: the new kind starts anew.
    leave(before, parts)
  }
}

function leave({ block, target }: Place, parts: CarryParts): void {
  if (block.kind === 'event') retire({ block, target }, parts)
  else retireSilence(block.watch(target), parts.journal)
}

function* placesOf(blocks: readonly AnyBlock[]): Generator<Place, undefined> {
  for (const block of blocks) {
    for (let target = 0; target < block.size; target += 1) yield { block, target }
  }
  return undefined
}

function compare(a: Place, b: Place): number {
  const [one, other] = [a.block.targets[a.target], b.block.targets[b.target]]
  return one === undefined || other === undefined ? 0 : compareTargets(one, other)
}
