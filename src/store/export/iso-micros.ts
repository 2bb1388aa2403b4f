import type { TimeUs } from '../../domain/time.ts'

/** `2026-11-20T13:31:00.000123Z`: every microsecond of the time, so that it can be read back exactly. */
export function isoMicros(time: TimeUs): string {
  const ms = Math.floor(time / 1_000)
  const micros = String(time - ms * 1_000).padStart(3, '0')
  return `${new Date(ms).toISOString().slice(0, -1)}${micros}Z`
}
