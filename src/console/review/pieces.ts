import type { WordsWarning } from '../../cases/views.ts'

/** A stretch of words, and whether it looks like somebody's contact. */
export interface Piece {
  readonly at: number
  readonly text: string
  readonly isMarked: boolean
}

/** Words cut at what was found in them; the pieces together are the words. */
export function piecesOf(words: string, found: readonly WordsWarning[]): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  const cut = (end: number, isMarked: boolean) => {
    if (end > at) pieces.push({ at, text: words.slice(at, end), isMarked })
    at = Math.max(at, end)
  }
  for (const { start, end } of found.toSorted((a, b) => a.start - b.start)) {
    cut(start, false)
    cut(end, true)
  }
  cut(words.length, false)
  return pieces
}
