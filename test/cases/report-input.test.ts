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
    [
      'zeros of a device that does not know where it is',
      { place: { lat: 0, lon: 0 } },
      ['place'],
    ],
    ['words that nobody sees', { text: '\u200B\u2060\uFEFF\u200B' }, ['text']],
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

  it.each([
    ['turns the rest around', 'bild\u202Egpj.exe', 'bildgpj.exe'],
    ['isolates', '\u2067omvänt\u2069 rakt', 'omvänt rakt'],
    ['has no width', 'lam\u200Bpa\uFEFF', 'lampa'],
    ['parts lines', 'ett\u2028två\u2029tre', 'ett\ntvå\ntre'],
  ])('drops what %s', (_, sent, kept) => {
    expect(reportInput.parse({ ...input, text: sent }).text).toBe(kept)
  })

  it.each(['👩‍🚒 vid bron', 'شارع الملك', 'می‌خواهم', 'רחוב', 'Vid bron, cafe\u0301'])(
    'keeps other writing as it is: %s',
    (text) => {
      expect(reportInput.parse({ ...input, text }).text).toBe(text)
    },
  )
})
