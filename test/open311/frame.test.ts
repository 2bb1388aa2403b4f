import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFrame } from '../../src/open311/frame.ts'

const link = 'http://fixamingata.se/report/7'
const end = '\r\n\r\nSkickad via FixaMinGata\r\n'

function framed(title: string, text: string, back = link): string {
  return `Titel: ${title}\r\n\r\nBeskrivning: ${text}\r\n\r\nLänk till ärendet: ${back}${end}`
}

describe('the frame of FixaMinGata', () => {
  const table = [
    ['as it is sent', framed('Släckt lampa', 'Vid bron'), 'Släckt lampa', 'Vid bron', link],
    [
      'a text of several lines',
      framed('Hål', 'Stort.\r\n\r\nOch djupt.'),
      'Hål',
      'Stort.\n\nOch djupt.',
      link,
    ],
    [
      'with line feeds alone',
      framed('Hål', 'Djupt').replaceAll('\r\n', '\n'),
      'Hål',
      'Djupt',
      link,
    ],
    [
      'words of the frame inside the text',
      framed(
        'A',
        'Titel: B\r\nLänk till ärendet: nej\r\nSkickad via FixaMinGata\r\nBeskrivning: C',
      ),
      'A',
      'Titel: B\nLänk till ärendet: nej\nSkickad via FixaMinGata\nBeskrivning: C',
      link,
    ],
    ['without a link', `Titel: A\r\n\r\nBeskrivning: B${end}`, 'A', 'B', undefined],
    ['a link that is none', framed('A', 'B', 'javascript:alert(1)'), 'A', 'B', undefined],
    [
      'without a signature',
      `Titel: A\n\nBeskrivning: B\n\nLänk till ärendet: ${link}\n`,
      'A',
      'B',
      link,
    ],
    ['an empty title', framed('', 'B'), '', 'B', link],
    ['an empty text', framed('A', ''), 'A', '', link],
    ['without a text', `Titel: A\r\n\r\nLänk till ärendet: ${link}${end}`, 'A', '', link],
    ['letters taken apart', framed('Å', 'Ö').normalize('NFD'), 'Å', 'Ö', link],
  ] as const
  it.each(table)('%s', (_what, ...row) => {
    const [description, title, text, back] = row
    expect(readFrame(description)).toEqual({ title, text, link: back })
  })

  const none = ['', 'En lampa är släckt', 'Titel: Bok', 'Beskrivning: x', 'x\nTitel: y\n']
  it.each(none)('leaves %j alone', (description) => {
    expect(readFrame(description)).toBeUndefined()
  })

  it('finds what was framed, whatever the citizen wrote', () => {
    const word = fc.constantFrom(
      'Titel:',
      'Beskrivning:',
      'Länk till ärendet:',
      'Skickad via FixaMinGata',
      'lampa',
      ' ',
      '\r\n',
      '\n',
      ':',
      'å',
    )
    const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(''))
    fc.assert(
      fc.property(text, (said) => {
        const found = readFrame(framed('Lampa', said))
        expect(found?.link).toBe(link)
        expect(found?.title).toBe('Lampa')
        expect(found?.text).toBe(said.replaceAll(/\r\n|\r/g, '\n').trim())
      }),
      { numRuns: 1_000 },
    )
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        readFrame(text)
        readFrame(`Titel:${text}`)
      }),
    )
  })
})
