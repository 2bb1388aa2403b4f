const units = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1_000],
] as const

/** Microseconds as people write them in a rule: `1h30m`, `20s`, `0s`. What is below a millisecond is left out. */
export function durationText(us: number): string {
  let rest = Math.max(0, us)
  let text = ''
  for (const [unit, length] of units) {
    const whole = Math.floor(rest / length)
    if (whole === 0) continue
    text += `${whole}${unit}`
    rest -= whole * length
  }
  return text === '' ? '0s' : text
}
