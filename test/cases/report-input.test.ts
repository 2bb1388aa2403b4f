import { describe, expect, it } from 'vitest'
import { reportInput } from '../../src/cases/report-input.ts'

describe('what a report may say', () => {
  const input = { category: 'litter', text: 'Glas på stranden', language: 'sv' }
  const problems = (said: object) =>
    (reportInput.safeParse({ ...input, ...said }).error?.issues ?? []).map(({ path }) =>
      path.join('.'),
    )

  it.each([
    ['nothing at all without an asset', { text: ' ' }, ['text']],
    ['a place off the map', { place: { lat: 91, lon: 0 } }, ['place.lat']],
    ['a place that is no number', { place: { lat: Number.NaN, lon: 0 } }, ['place.lat']],
    ['an address that is none', { contact: { email: 'maj' } }, ['contact.email']],
    ['a wish for updates without an address', { wantsUpdates: true }, ['contact.email']],
    ['words for a phone number', { contact: { phone: 'ring mig' } }, ['contact.phone']],
    ['more than it may', { text: 'x'.repeat(2_001) }, ['text']],
    ['a field that does not exist', { state: 'closed' }, ['']],
  ])('refuses %s', (_, said, where) => {
    expect(problems(said)).toEqual(where)
  })

  it('needs no words when it names an asset', () => {
    expect(problems({ asset: 'lamp-1', text: '' })).toEqual([])
  })

  it('drops characters that no database and no mail can carry', () => {
    const { text } = reportInput.parse({ ...input, text: 'a\u0000b\u0007\r\nc\ud800' })
    expect(text).toBe('ab\nc\ufffd')
  })
})
