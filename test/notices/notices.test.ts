import { expect, it } from 'vitest'
import { HOUR, later, durationUs, type TimeUs } from '../../src/domain/time.ts'
import { calendarFile } from '../../src/notices/calendar-file.ts'
import { noticeScope } from '../../src/notices/notice.ts'
import {
  createNotices,
  MOST_NOTICES,
  type NoticeRequest,
} from '../../src/notices/notices.ts'
import { systemRandom } from '../../src/random.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'

const words = (text: string) => ({ sv: text, nb: text, en: text })
const hours = (count: number) => durationUs(count * HOUR)

async function open() {
  const clock = createManualClock()
  const database = await openTestDatabase(clock)
  const notices = createNotices({
    database,
    clock,
    random: systemRandom,
    world: async () => ({ assets: new Map(), isIn: () => true }),
  })
  const request = (of: Partial<NoticeRequest> = {}): NoticeRequest => ({
    kind: 'planned',
    title: words('Grävning'),
    text: words('Gatan är avstängd; lamporna är släckta.'),
    scope: noticeScope.parse({ categories: ['lamp'] }),
    from: clock.now(),
    to: later(clock.now(), hours(8)),
    by: 'user:anna',
    ...of,
  })
  const close = () => database[Symbol.asyncDispose]()
  return { clock, notices, request, [Symbol.asyncDispose]: close }
}

it('answers while it runs: not before, not after, not when it was ended', async () => {
  await using town = await open()
  const { clock, notices, request } = town
  const about = { category: 'lamp' }
  const from = later(clock.now(), hours(1))
  const { id } = await notices.publish(north, request({ from }))
  expect(await notices.answering(north, about)).toEqual([])
  clock.advance(hours(1))
  expect(await notices.answering(north, about)).toMatchObject([{ id, state: 'running' }])
  expect(await notices.answering(north, { category: 'litter' })).toEqual([])
  expect(await notices.answering(south, about)).toEqual([])
  await notices.end(north, id)
  expect(await notices.answering(north, about)).toEqual([])
  await expect(notices.end(north, id)).rejects.toThrow('over')
  expect(await notices.list(north, false)).toEqual([])
  expect(await notices.list(north, true)).toMatchObject([{ id, state: 'over' }])
})

it('puts storms first and keeps what has no end', async () => {
  await using town = await open()
  const { clock, notices, request } = town
  const storm = await notices.publish(north, request({ kind: 'storm', to: null }))
  clock.advance(hours(1))
  const accepted = await notices.publish(north, request({ kind: 'accepted', to: null }))
  expect((await notices.answering(north, {})).map(({ id }) => id)).toEqual([
    storm.id,
    accepted.id,
  ])
  expect(accepted.to).toBeNull()
})

it('refuses what makes no sense, and more than anybody reads', async () => {
  await using town = await open()
  const { clock, notices, request } = town
  const now = clock.now()
  await expect(notices.publish(north, request({ to: null }))).rejects.toThrow('an end')
  await expect(notices.publish(north, request({ to: now }))).rejects.toThrow('over before')
  const early = { from: (now - 5) as TimeUs, to: (now - 1) as TimeUs }
  await expect(notices.publish(north, request(early))).rejects.toThrow('over before')
  for (let n = 0; n < MOST_NOTICES; n += 1) await notices.publish(north, request())
  await expect(notices.publish(north, request())).rejects.toThrow('not over')
})

it('is a calendar that people subscribe to', async () => {
  await using town = await open()
  const { clock, notices, request } = town
  const { id } = await notices.publish(north, request())
  await notices.publish(north, request({ kind: 'accepted', to: null }))
  const file = calendarFile(await notices.list(north, true), {
    name: 'Strandköping',
    domain: 'fel.strandkoping.example',
    language: 'sv',
    now: new Date(clock.now() / 1_000),
  })
  const lines = file.split('\r\n')
  expect(lines[0]).toBe('BEGIN:VCALENDAR')
  expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1)
  expect(lines).toContain(`UID:${id}@fel.strandkoping.example`)
  expect(lines).toContain('SUMMARY:Grävning')
  expect(lines).toContain('SEQUENCE:0')
  expect(lines.some((line) => /^DTSTART:\d{8}T\d{6}Z$/.test(line))).toBe(true)
})
