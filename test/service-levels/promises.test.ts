import { describe, expect, it } from 'vitest'
import { HOUR } from '../../src/domain/time.ts'
import { events, level, local, moved, read, readAll, said } from './stories.ts'

const dueOf = (...asked: Parameters<typeof read>) => said(read(...asked).due)

describe('what is promised', () => {
  const all = {
    one: level({
      clocks: {
        acknowledge: '1h',
        first_response: '2h',
        start: '3h',
        restore: '4h',
        resolve: '5h',
      },
    }),
  }
  const metAt = (story: Parameters<typeof read>[1], now = '2026-11-20 18:00') =>
    Object.fromEntries(
      readAll(all, story, { now }).map(({ clock, metAt: at }) => [
        clock,
        said(at)?.slice(11),
      ]),
    )

  it('is kept by the first sign of somebody, the first words, the first work, and the end', () => {
    const story = events(
      '2026-11-20 08:00',
      ['2026-11-20 08:05', 'followed_up', { actor: 'citizen' }],
      ['2026-11-20 08:10', 'said', { visibility: 'internal' }],
      ['2026-11-20 08:20', 'assigned', { visibility: 'internal' }],
      ['2026-11-20 08:30', 'said', { visibility: 'internal', data: { followers: true } }],
      moved('2026-11-20 09:00', 'in_progress'),
      ['2026-11-20 09:30', 'said'],
      moved('2026-11-20 10:00', 'done_reported'),
      moved('2026-11-20 11:00', 'closed', 'Mended.'),
    )
    expect(metAt(story)).toEqual({
      acknowledge: '08:20',
      first_response: '08:30',
      start: '09:00',
      restore: '10:00',
      resolve: '11:00',
    })
  })

  it('is acknowledged by an automatic answer, and answered only by a person', () => {
    const story = events('2026-11-20 08:00', [
      '2026-11-20 08:01',
      'said',
      { actor: 'system' },
    ])
    expect(metAt(story)).toMatchObject({ acknowledge: '08:01', first_response: undefined })
    const called = events('2026-11-20 08:00').map((one) =>
      Object.assign(one, { actor: 'user:kim' }),
    )
    expect(metAt(called)).toMatchObject({ acknowledge: '08:00', first_response: undefined })
  })

  it('goes on where a case is opened again, and the first answer stays the first', () => {
    const story = events(
      '2026-11-20 08:00',
      moved('2026-11-20 10:00', 'closed', 'Mended.'),
      ['2026-11-20 20:00', 'moved', { actor: 'citizen', data: { to: 'reopen_requested' } }],
      moved('2026-11-20 21:00', 'in_progress'),
    )
    expect(read(all, story, { now: '2026-11-20 22:00' })).toMatchObject({
      state: 'running',
      elapsed: 4 * HOUR,
      due: local('2026-11-20 23:00'),
    })
    expect(metAt(story, '2026-11-20 22:00')).toEqual({
      acknowledge: '10:00',
      first_response: '10:00',
      start: '10:00',
    })
  })

  it('is not kept by work that was sent back', () => {
    const story = events(
      '2026-11-20 08:00',
      moved('2026-11-20 09:00', 'done_reported'),
      moved('2026-11-20 10:00', 'in_progress', 'It is still dark.'),
    )
    expect(read(all, story, { now: '2026-11-20 11:00', clock: 'restore' })).toMatchObject({
      state: 'running',
      elapsed: 2 * HOUR,
    })
    expect(read(all, story, { now: '2026-11-20 11:00' }).elapsed).toBe(3 * HOUR)
  })

  it('counts from the first report of all that were merged', () => {
    const story = events('2026-11-20 12:00')
    expect(
      dueOf(all, story, { now: '2026-11-20 12:30', receivedAt: '2026-11-20 09:00' }),
    ).toBe('2026-11-20 14:00')
  })

  it('stands still in another case, and goes on when it is taken out', () => {
    const story = events(
      '2026-11-20 08:00',
      ['2026-11-20 09:00', 'merged', { data: { to: 'closed' } }],
      ['2026-11-20 15:00', 'unmerged'],
    )
    expect(read(all, story.slice(0, 3), { now: '2026-11-20 14:00' })).toMatchObject({
      state: 'paused',
      due: null,
    })
    expect(read(all, story, { now: '2026-11-20 16:00' })).toMatchObject({
      elapsed: 2 * HOUR,
      due: local('2026-11-20 19:00'),
    })
  })

  it('begins anew under another level, and what was missed stays missed', () => {
    const levels = {
      one: level({ clocks: { resolve: '2h' } }),
      two: level({ clocks: { resolve: '3h' } }),
    }
    const story = events('2026-11-20 08:00', [
      '2026-11-20 11:00',
      'deadline',
      { data: { step: 'level', reference: 'two' } },
    ])
    expect(readAll(levels, story, { now: '2026-11-20 12:00' })).toMatchObject([
      { level: 'one', state: 'replaced', breachedAt: local('2026-11-20 10:00') },
      { level: 'two', state: 'running', breachedAt: null, due: local('2026-11-20 14:00') },
    ])
  })
})
