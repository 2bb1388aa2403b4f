import { describe, expect, it } from 'vitest'
import { eventWords } from '../../../src/console/cases/event-words.ts'
import {
  isComplete,
  moveOf,
  needsText,
  otherCaseOf,
  overrideOf,
} from '../../../src/console/cases/move-input.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'
import { actorName } from '../../../src/console/parts/actor-name.ts'

const event = (kind: string, data: Record<string, unknown> = {}) => ({
  id: 'e1',
  sequence: 1,
  at: '2026-11-20T12:00:00.000Z',
  kind,
  actor: 'user:admin',
  visibility: 'public' as const,
  data,
})

const decided = (kind: string, step?: string) =>
  eventWords(event(kind, { ...(step !== undefined && { step }) }), catalogues.en)

describe('the history of a case', () => {
  it('tells each event as a sentence', () => {
    expect(eventWords(event('opened', { source: 'alarm' }), catalogues.sv)).toBe(
      'Ärendet öppnades (larm)',
    )
    expect(eventWords(event('routed', { unit: 'ljus' }), catalogues.en)).toBe(
      'Went to ljus',
    )
  })

  it('tells why a case was closed, and that its alarm still stood', () => {
    const closed = { from: 'in_progress', to: 'closed', reason: 'fixed', override: true }
    expect(eventWords(event('moved', closed), catalogues.en)).toBe(
      'From In progress to Closed: Fixed, closed although the alarm still stands',
    )
  })

  it('tells what somebody decided on photos and words', () => {
    expect(decided('photos', 'shown')).toBe('A photo was shown to the public')
    expect(decided('words', 'hidden')).toBe('Somebody’s words are kept from the public')
    expect([decided('photos', 'added'), decided('photos')]).toEqual(['Photos', 'Photos'])
  })

  it('tells of a report that has a number of its own without its source', () => {
    const joined = event('report_joined', { other: 'case-2' })
    expect(eventWords(joined, catalogues.sv)).toBe('En rapport till kom in')
    expect(eventWords(event('report_joined', { source: 'phone' }), catalogues.sv)).toBe(
      'En rapport till kom in (telefon)',
    )
  })

  it.each([
    ['user:ada', 'ada'],
    ['intake', 'Mottagningen'],
    ['absences', 'Frånvaron'],
    ['rights', 'Behörigheterna'],
    ['storm', 'Stormläget'],
    ['open311:fjordvik', 'Annan tjänst fjordvik'],
    ['device:pump:1', 'Utrustning pump:1'],
    ['constructor', 'constructor'],
    ['somebody:else', 'somebody:else'],
  ])('names %s as %s', (actor, name) => {
    expect(actorName(actor, catalogues.sv)).toBe(name)
  })

  it('shows what it does not know as it is', () => {
    expect(eventWords(event('teleported'), catalogues.en)).toBe('teleported')
    expect(eventWords(event('opened', { source: 'pigeon' }), catalogues.en)).toContain(
      'pigeon',
    )
  })
})

describe('a move', () => {
  const nothing = { reason: undefined, text: '', override: false }
  const start = { from: 'assigned', to: 'in_progress' } as const
  const close = { from: 'in_progress', to: 'closed' } as const

  it('names the day, the other organisation and the words that its step needs', () => {
    const plan = { from: 'assigned', to: 'planned' } as const
    expect(isComplete(plan, nothing)).toBe(false)
    expect(isComplete(plan, { ...nothing, day: '2026-12-01' })).toBe(true)
    const handOut = { from: 'assigned', to: 'waiting_external' } as const
    expect(isComplete(handOut, nothing)).toBe(false)
    expect(isComplete(handOut, { ...nothing, outside: 'Trafikverket' })).toBe(true)
    const back = { from: 'done_reported', to: 'in_progress' } as const
    expect(isComplete(back, nothing)).toBe(false)
    const input = { ...nothing, day: '2026-12-01', outside: ' Trafikverket ' }
    const sent = moveOf({ ...handOut, version: 4 }, input, 'override:')
    expect(sent).toMatchObject({ outside: 'Trafikverket' })
    expect(sent.at).toMatch(/^2026-1[12]-\d\d/)
  })

  it('out of hiding needs nothing', () => {
    expect(isComplete({ from: 'hidden', to: 'closed' }, nothing)).toBe(true)
  })

  it('is complete without a word, but a case is closed with a reason', () => {
    expect(isComplete(start, nothing)).toBe(true)
    expect(isComplete(close, nothing)).toBe(false)
    expect(isComplete(close, { ...nothing, reason: 'fixed' })).toBe(true)
  })

  it('that leaves the fault as it is must be explained to the public', () => {
    const accepted = { ...nothing, reason: 'accepted_no_action' as const }
    expect(needsText(accepted)).toBe(true)
    expect(isComplete(close, { ...accepted, text: '  ' })).toBe(false)
    expect(isComplete(close, { ...accepted, text: 'At the next inspection.' })).toBe(true)
  })

  it('carries the version that was seen, and nothing that was not written', () => {
    expect(
      moveOf({ from: 'received', to: 'assigned', version: 4 }, nothing, 'override:'),
    ).toEqual({
      to: 'assigned',
      version: 4,
    })
  })

  it('against a standing alarm is marked as the service asks', () => {
    const facts = { alarms: ['a1'], override: 'override:' }
    const prefix = overrideOf({ kind: 'conflict', what: 'The alarm stands.', facts })
    const input = { reason: 'fixed' as const, text: 'Seen lit.', override: true }
    expect(moveOf({ ...close, version: 4 }, input, prefix ?? '').text).toBe(
      'override: Seen lit.',
    )
  })

  it('that another case forbids leads there', () => {
    const facts = { case: 'c2', number: 'STR-2026-000002' }
    expect(otherCaseOf({ kind: 'conflict', what: '', facts })).toEqual({
      id: 'c2',
      number: 'STR-2026-000002',
    })
    expect(otherCaseOf({ kind: 'conflict', what: '' })).toBeUndefined()
  })
})
