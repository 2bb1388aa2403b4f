import { z } from 'zod'
import type { SuppressionKind } from '../suppression.ts'
import { isWithin, type KpiFacts, type Window } from './facts.ts'
import { part } from './units.ts'
import type { KpisView } from './views.ts'

const noReasons: Readonly<Record<SuppressionKind, number>> = {
  shelved: 0,
  shelvedOnce: 0,
  design: 0,
  topology: 0,
  maintenance: 0,
  outOfService: 0,
  held: 0,
  flood: 0,
}

/** What suppression kept from people. A raise that they were told of later was not kept from them. */
export function suppressionView(
  { moves, annunciations }: KpiFacts,
  window: Window,
): KpisView['suppression'] {
  const toldRaises = new Set(annunciations.map(({ alarm, raise }) => `${raise} ${alarm}`))
  const raises = moves.filter(({ kind, at }) => kind === 'raised' && isWithin(window, at))
  const untold = raises.filter(({ alarm, raise }) => !toldRaises.has(`${raise} ${alarm}`))
  const by = { ...noReasons }
  for (const { reasons } of untold) for (const kind of new Set(reasons)) by[kind] += 1
  return {
    raised: raises.length,
    told: raises.length - untold.length,
    yield: part(untold.length, raises.length),
    by,
    other: untold.filter(({ reasons }) => reasons.length === 0).length,
  }
}

/** What is put aside now, and what of that nobody can answer for. */
export function suppressedView(
  { suppressions }: KpiFacts,
  now: number,
): KpisView['suppressedNow'] {
  const by = { ...noReasons }
  for (const { kind } of suppressions) by[kind] += 1
  return {
    by,
    withoutReason: suppressions.filter(({ reason }) => reason.trim() === '').length,
    pastExpiry: suppressions.filter(({ until }) => until !== null && until < now).length,
  }
}

const kinds = z.array(
  z.object({
    kind: z.enum([
      'shelved',
      'shelvedOnce',
      'design',
      'topology',
      'maintenance',
      'outOfService',
      'held',
      'flood',
    ]),
  }),
)

/** Kinds of the reasons in a row of the journal. */
export function kindsOf(suppression: string): readonly SuppressionKind[] {
  if (suppression === '[]') return []
  return kinds.parse(JSON.parse(suppression)).map(({ kind }) => kind)
}
