import { createCalendar } from '../../src/calendar/calendar.ts'
import { clocks, type ClockReading } from '../../src/service-levels/clocks.ts'
import {
  serviceLevel,
  type ClockName,
  type ServiceLevel,
} from '../../src/service-levels/service-level.ts'
import type { LevelEvent } from '../../src/service-levels/story.ts'
import { timeUs, type TimeUs } from '../../src/domain/time.ts'

export const calendar = createCalendar('Europe/Stockholm', 'SE')
export const norway = createCalendar('Europe/Oslo', 'NO')

/** `2026-03-27 15:00` in Stockholm, which is Oslo's time too. */
export function local(text: string): TimeUs {
  const [date = '', time = '00:00'] = text.split(' ')
  const civil = Temporal.PlainDateTime.from(`${date}T${time}`)
  return timeUs(civil.toZonedDateTime('Europe/Stockholm').epochMilliseconds * 1_000)
}

export function said(at: TimeUs | null): string | null {
  if (at === null) return null
  const civil = Temporal.Instant.fromEpochMilliseconds(at / 1_000)
    .toZonedDateTimeISO('Europe/Stockholm')
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
  return civil.replace('T', ' ')
}

export const office = [{ days: ['workday' as const], from: '08:00', to: '17:00' }]

export function level(rest: object): ServiceLevel {
  return serviceLevel.parse({ name: 'A level', ...rest })
}

type Happening = readonly [at: string, kind: string, rest?: Partial<LevelEvent>]

/** An opening under the level `one`, and what follows, numbered as listed. */
export function events(opened: string, ...then: readonly Happening[]): LevelEvent[] {
  const first: readonly Happening[] = [
    [opened, 'opened', { actor: 'citizen' }],
    [opened, 'deadline', { actor: 'system', data: { step: 'level', reference: 'one' } }],
  ]
  return [...first, ...then].map(([at, kind, rest], n) => {
    const plain: LevelEvent = {
      sequence: n + 1,
      at: local(at),
      kind,
      actor: 'user:anna',
      visibility: 'public',
      data: {},
    }
    return Object.assign(plain, rest)
  })
}

export function moved(at: string, to: LevelEvent['data']['to'], text?: string): Happening {
  return [at, 'moved', { data: { to, ...(text !== undefined && { text }) } }]
}

interface Asked {
  readonly now: string
  readonly clock?: ClockName
  readonly receivedAt?: string
  readonly calendar?: typeof calendar
}

/** The newest reading of a clock, `resolve` unless told otherwise. */
export function read(
  levels: Readonly<Record<string, ServiceLevel>>,
  story: readonly LevelEvent[],
  asked: Asked,
): ClockReading {
  const all = readAll(levels, story, asked)
  const found = all.findLast(({ clock }) => clock === (asked.clock ?? 'resolve'))
  if (found === undefined) throw new Error('no such clock')
  return found
}

export function readAll(
  levels: Readonly<Record<string, ServiceLevel>>,
  story: readonly LevelEvent[],
  { now, receivedAt, calendar: own = calendar }: Asked,
): readonly ClockReading[] {
  const [first] = story
  const came = receivedAt === undefined ? (first?.at ?? timeUs(0)) : local(receivedAt)
  return clocks(
    { events: story, receivedAt: came },
    (name) => levels[name],
    own,
    local(now),
  )
}
