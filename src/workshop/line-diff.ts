/** Lines two texts may have together before nobody looks for what they share. */
const MOST_LINES = 4_000

/** `- old` and `+ new` lines, with two lines of what stays around them. Empty for equal texts. */
export function lineDiff(before: string, after: string): string[] {
  const [old, now] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')]
  return withContext(editScript(old, now))
}

interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** The shortest list of lines to take out and put in, by the longest common part. */
function editScript(old: readonly string[], now: readonly string[]): Line[] {
  if (old.length + now.length > MOST_LINES) {
    return [...old.map((text) => line('-', text)), ...now.map((text) => line('+', text))]
  }
  const common = lengths(old, now)
  const script: Line[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const [a, b] = [old[i], now[j]]
    if (a !== undefined && a === b) {
      script.push(line(' ', a))
      i += 1
      j += 1
    } else if (a !== undefined && at(common, i + 1, j) >= at(common, i, j + 1)) {
      script.push(line('-', a))
      i += 1
    } else {
      script.push(line('+', b ?? ''))
      j += 1
    }
  }
  return script
}

/** Length of the longest common part of the rest of both, for every place. */
function lengths(old: readonly string[], now: readonly string[]): readonly Uint16Array[] {
  const table = Array.from(
    { length: old.length + 1 },
    () => new Uint16Array(now.length + 1),
  )
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = table[i]
    if (row === undefined) continue
    for (let j = now.length - 1; j >= 0; j -= 1) {
      row[j] =
        old[i] === now[j]
          ? at(table, i + 1, j + 1) + 1
          : Math.max(at(table, i + 1, j), at(table, i, j + 1))
    }
  }
  return table
}

function at(table: readonly Uint16Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0
}

function line(sign: Line['sign'], text: string): Line {
  return { sign, text }
}

function withContext(script: readonly Line[]): string[] {
  const changed = script.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]))
  const near = (index: number): boolean => changed.some((at) => Math.abs(at - index) <= 2)
  const shown: string[] = []
  for (const [index, { sign, text }] of script.entries()) {
    if (near(index)) shown.push(`${sign} ${text}`)
    else if (shown.at(-1) !== '  …' && changed.length > 0) shown.push('  …')
  }
  return shown
}
