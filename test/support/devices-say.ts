import type { TimeUs } from '../../src/domain/time.ts'

/** What a lamp controller of the demo says. */
export function lamp(at: TimeUs, state: 'lit' | 'dark'): Record<string, unknown> {
  const ts = Math.floor(at / 1_000_000)
  return state === 'lit'
    ? { ts, p: 620, dp: 0, dim: 100, st: 1, f: 0 }
    : { ts, p: 4, dp: 616, dim: 100, st: 1, f: 0 }
}

/** What a feeder cabinet of the demo says. */
export function cabinet(at: TimeUs, volts: number): Record<string, unknown> {
  return {
    ts: Math.floor(at / 1_000_000),
    u: [volts, volts, volts],
    p: volts * 4,
    door: 0,
  }
}

/** What a pumping station of the demo says. */
export function station(
  at: TimeUs,
  { level = 1.2, amps = 7 }: { readonly level?: number; readonly amps?: number } = {},
): Record<string, unknown> {
  return {
    ts: Math.floor(at / 1_000),
    level,
    q: 10,
    p1: { run: 1, amps },
    p2: { run: 0, amps: 0 },
  }
}
