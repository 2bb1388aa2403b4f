/** `2026-11-21T14:30`, the time on the wall in a zone, as a field for date and time has it. */
export function civilOf(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

/**
 * When the clock on the wall shows that; undefined for what is no time. A time that comes twice is
 * its first, one that is skipped in spring is as long after the change as it would have been.
 */
export function instantOf(civil: string, timeZone: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(civil)) return undefined
  const asUtc = Date.parse(`${civil}:00.000Z`)
  if (Number.isNaN(asUtc)) return undefined
  // A zone is at most a day away and changes at most once in that time.
  const day = 86_400_000
  const offsets = [offsetAt(asUtc - day, timeZone), offsetAt(asUtc + day, timeZone)]
  const found = offsets
    .map((offset) => new Date(asUtc - offset))
    .toSorted((a, b) => a.getTime() - b.getTime())
    .find((at) => civilOf(at, timeZone) === civil)
  return found ?? new Date(asUtc - (offsets[0] ?? 0))
}

/** Milliseconds by which the wall is before UTC. */
function offsetAt(ms: number, timeZone: string): number {
  const minute = Math.floor(ms / 60_000) * 60_000
  return Date.parse(`${civilOf(new Date(minute), timeZone)}:00.000Z`) - minute
}
