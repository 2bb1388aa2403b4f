import { byAlarm, type KpiFacts, type MoveFact, type OfAlarm } from './facts.ts'
import { firstFrom, timesOf } from './rates.ts'

/** A stretch of time in which an alarm was active. */
export interface Stretch extends OfAlarm {
  readonly from: number
  /** Null while it stands. */
  readonly to: number | null
  /** It ended by itself, not because its rule or asset was taken away. */
  readonly cleared: boolean
  /** Somebody acknowledged an alarm of this key meanwhile. */
  readonly acknowledged: boolean
}

/**
 * The active stretches that are known: those whose beginning or end is among the moves, and those
 * that the occurrences say stand through the whole window. Ascending by their beginning.
 */
export function stretchesOf(
  facts: Pick<KpiFacts, 'moves' | 'occurrences' | 'acknowledgements'>,
): readonly Stretch[] {
  const acknowledged = new Map(
    [...byAlarm(facts.acknowledgements)].map(([alarm, rows]) => [alarm, timesOf(rows)]),
  )
  const moves = byAlarm(facts.moves)
  const occurrences = byAlarm(facts.occurrences)
  const stretches: Stretch[] = []
  const add = (of: OfAlarm, { from, to, cleared }: Piece): void => {
    const { alarm, rule, asset, priority } = of
    const answers = acknowledged.get(alarm) ?? []
    const first = answers[firstFrom(answers, from)]
    const isAcknowledged = first !== undefined && first <= (to ?? Infinity)
    const piece = { alarm, rule, asset, priority, from, to, cleared }
    stretches.push({ ...piece, acknowledged: isAcknowledged })
  }
  for (const [alarm, ofIt] of moves) {
    const starts = (occurrences.get(alarm) ?? []).map(({ raisedAt }) => raisedAt)
    for (const piece of paired(ofIt, starts)) add(piece.move, piece)
  }
  for (const [alarm, ofIt] of occurrences) {
    if (moves.has(alarm)) continue
    for (const one of ofIt) {
      const { raisedAt, clearedAt } = one
      add(one, { from: raisedAt, to: clearedAt, cleared: clearedAt !== null })
    }
  }
  return stretches.toSorted((one, other) => one.from - other.from)
}

type Piece = Pick<Stretch, 'from' | 'to' | 'cleared'>

/** `starts`: when occurrences of the alarm began, for an end whose beginning lies before the moves. */
function paired(
  moves: readonly MoveFact[],
  starts: readonly number[],
): readonly (Piece & { readonly move: MoveFact })[] {
  const pieces: (Piece & { readonly move: MoveFact })[] = []
  let open: MoveFact | undefined
  let isFirst = true
  for (const move of ordered(moves)) {
    const { kind, at } = move
    if (kind === 'raised') {
      open ??= move
    } else {
      const before = isFirst ? starts.filter((start) => start <= at) : []
      const from = open?.at ?? (before.length > 0 ? Math.max(...before) : undefined)
      if (from !== undefined) {
        pieces.push({ move, from, to: at, cleared: kind === 'cleared' })
      }
      open = undefined
    }
    isFirst = false
  }
  if (open !== undefined)
    pieces.push({ move: open, from: open.at, to: null, cleared: false })
  return pieces
}

function ordered(moves: readonly MoveFact[]): readonly MoveFact[] {
  return moves.toSorted((one, other) => one.sequence - other.sequence || one.at - other.at)
}
