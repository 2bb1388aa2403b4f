import { describe, expect, it } from 'vitest'
import type { DeliveryView } from '../../../src/api/desk-view.ts'
import {
  faredAlike,
  stepTexts,
  targetText,
  toldText,
} from '../../../src/console/desks/desk-words.ts'
import { createFormat } from '../../../src/console/format/format.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'

const messages = catalogues.en
const words = { format: createFormat('en', 'Europe/Stockholm'), messages }

const message = (changes: Partial<DeliveryView>): DeliveryView => ({
  id: 'm',
  recipient: 'channel:crew',
  kind: 'alarms',
  at: '2026-11-21T12:00:00.000Z',
  raised: 0,
  updated: 0,
  cleared: 0,
  reminded: 0,
  because: null,
  deliveries: [],
  ...changes,
})

describe('a desk in words', () => {
  it('names whom it tells', () => {
    expect(targetText('rota:night', messages)).toBe('on duty in night')
    expect(targetText('channel:crew', messages)).toBe('channel crew')
    expect(targetText('person:anna', messages)).toBe('anna')
    expect(targetText('something:else', messages)).toBe('something:else')
  })

  it('says of a step when it comes and for which priorities', () => {
    const steps = [
      { to: ['rota:night', 'channel:crew'], afterSeconds: 0, onlyPriorities: null },
      { to: ['person:anna'], afterSeconds: 600, onlyPriorities: [1, 2] },
    ]
    expect(stepTexts(steps, words)).toEqual([
      '1. on duty in night, channel crew, at once',
      '2. anna, 10 mins later, only priority 1, 2',
    ])
  })

  it('counts what a message told, and no noughts', () => {
    expect(toldText(message({ raised: 2, cleared: 1 }), messages)).toBe(
      'Alarms: 2 raised, 1 cleared',
    )
    expect(toldText(message({ kind: 'test' }), messages)).toBe('Test')
    expect(toldText(message({ raised: 1, because: 'late' }), messages)).toBe(
      'Alarms: 1 raised (nobody acknowledged in time)',
    )
    expect(toldText(message({ raised: 1, because: 'called' }), messages)).toBe(
      'Alarms: 1 raised',
    )
  })

  it('tells once of letters that went the same way', () => {
    const delivered = {
      state: 'delivered',
      attempts: 1,
      deliveredAt: null,
      error: null,
    } as const
    const failed = { ...delivered, state: 'failed', error: 'no such address' } as const
    expect(faredAlike([delivered, failed, delivered])).toEqual([
      { delivery: delivered, count: 2 },
      { delivery: failed, count: 1 },
    ])
  })
})
