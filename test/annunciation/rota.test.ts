import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rota } from '../../src/annunciation/desk.ts'
import { onDuty } from '../../src/annunciation/rota.ts'
import { timeUs, type TimeUs } from '../../src/domain/time.ts'
import { anyTime } from './stage.ts'

const zone = 'Europe/Stockholm'
const setting = { zone, calendar: anyTime }

function at(text: string): TimeUs {
  return timeUs(Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds * 1_000)
}

const weeks = rota.parse({
  name: 'Night duty',
  start: '2026-03-02T08:00',
  turn: '7d',
  people: ['anna', 'bo', 'cleo'],
})

describe('who is on duty', () => {
  it.each([
    ['2026-03-02T07:59', undefined],
    ['2026-03-02T08:00', 'anna'],
    ['2026-03-09T07:59', 'anna'],
    ['2026-03-09T08:00', 'bo'],
    // The clock is put forward on 29 March; the turn still changes at 08:00.
    ['2026-03-30T07:59', 'anna'],
    ['2026-03-30T08:00', 'bo'],
    // And back on 25 October.
    ['2026-10-26T07:59', 'anna'],
    ['2026-10-26T08:00', 'bo'],
  ])('%s: %s', (text, person) => {
    expect(onDuty(weeks, at(text), setting)).toBe(person)
  })

  it('changes once in a night in which an hour comes twice', () => {
    const nights = rota.parse({
      name: 'Half nights',
      start: '2026-10-24T02:30',
      turn: '12h',
      people: ['anna', 'bo'],
    })
    // 02:30 comes at 00:30 and at 01:30 UTC: the first counts.
    const on = (utc: string): unknown =>
      onDuty(nights, timeUs(Date.parse(utc) * 1_000), setting)
    expect(on('2026-10-25T00:29:00Z')).toBe('bo')
    expect(on('2026-10-25T00:30:00Z')).toBe('anna')
    expect(on('2026-10-25T01:10:00Z')).toBe('anna')
    expect(on('2026-10-25T01:40:00Z')).toBe('anna')
  })

  it('changes when the clock has jumped over the time', () => {
    const nights = rota.parse({
      name: 'Half nights',
      start: '2026-03-28T02:30',
      turn: '1d',
      people: ['anna', 'bo'],
    })
    expect(onDuty(nights, at('2026-03-29T01:59'), setting)).toBe('anna')
    expect(onDuty(nights, at('2026-03-29T03:29'), setting)).toBe('anna')
    expect(onDuty(nights, at('2026-03-29T03:30'), setting)).toBe('bo')
  })

  it('is who stands in for another', () => {
    const summer = {
      ...weeks,
      overrides: [
        { from: '2026-07-01T08:00', to: '2026-08-01T08:00', person: 'cleo' },
        { from: '2026-07-10T08:00', to: '2026-07-12T08:00', person: 'bo' },
      ],
    }
    expect(onDuty(summer, at('2026-07-10T07:59'), setting)).toBe('cleo')
    expect(onDuty(summer, at('2026-07-10T08:00'), setting)).toBe('bo')
    expect(onDuty(summer, at('2026-07-12T08:00'), setting)).toBe('cleo')
  })

  it('is nobody outside the hours of the rota', () => {
    const hours = { ...weeks, hours: [{ from: '07:00', to: '16:00' }] }
    const closed = { within: () => false, changes: () => Infinity }
    expect(
      onDuty(hours, at('2026-04-01T12:00'), { zone, calendar: closed }),
    ).toBeUndefined()
  })

  it('is one person at any minute, each as long as the wall clock says', () => {
    const minute = fc.integer({ min: 0, max: 366 * 24 * 60 })
    fc.assert(
      fc.property(
        minute,
        fc.constantFrom('1h', '12h', '1d', '7d', '2w'),
        (minutes, turn) => {
          const one = { ...weeks, turn }
          const begin = Temporal.PlainDateTime.from(one.start)
          const now = begin
            .add({ minutes })
            .toZonedDateTime(zone, { disambiguation: 'compatible' })
          const hours = { h: 1, d: 24, w: 168 }[turn.slice(-1)] ?? 0
          const length = Number(turn.slice(0, -1)) * hours
          // Oracle: the last change whose instant has passed, counted one by one around the guess.
          const guess = Math.floor(minutes / 60 / length)
          let turns = Math.max(0, guess - 3)
          for (let next = turns; next <= guess + 3; next += 1) {
            const change = begin
              .add({ hours: next * length })
              .toZonedDateTime(zone, { disambiguation: 'compatible' })
            if (change.epochMilliseconds <= now.epochMilliseconds) turns = next
          }
          expect(onDuty(one, timeUs(now.epochMilliseconds * 1_000), setting)).toBe(
            weeks.people[turns % 3],
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})
