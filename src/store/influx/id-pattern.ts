/**
 * A regular expression, without its anchors, that matches these numbers and nothing else. Ids are
 * issued one after the other, so thousands of neighbours become a few classes of digits; the plain
 * alternative of them all takes a server seconds, because it looks at every id it has.
 */
export function idPattern(ids: readonly number[]): string {
  return patternOf(ids.map(String))
}

function patternOf(words: readonly string[]): string {
  const byFirst = Map.groupBy(
    words.filter((word) => word !== ''),
    (word) => word.charAt(0),
  )
  // Digits after which the same may follow share a class.
  const byRest = Map.groupBy(byFirst.keys(), (digit) =>
    patternOf((byFirst.get(digit) ?? []).map((word) => word.slice(1))),
  )
  const branches = [...byRest].map(([rest, digits]) => classOf(digits) + rest)
  const body = branches.length > 1 ? `(?:${branches.join('|')})` : (branches[0] ?? '')
  return body !== '' && words.includes('') ? `(?:${body})?` : body
}

function classOf(digits: readonly string[]): string {
  const [only = '', ...others] = digits
  return others.length === 0 ? only : `[${digits.toSorted().join('')}]`
}
