import { XMLParser } from 'fast-xml-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeXml, speakable, writeXml } from '../../src/open311/xml.ts'

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  htmlEntities: true,
  // How many there may be in one document is the parser's own bound.
  processEntities: {
    enabled: true,
    maxTotalExpansions: 1_000_000,
    maxExpandedLength: 10_000_000,
  },
})

describe('XML that is written', () => {
  it('follows the Spark convention', () => {
    const said = [{ service_request_id: 'LYS-1', service_notice: null, account_id: null }]
    expect(writeXml('service_requests', said)).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\n' +
        '<service_requests><request><service_request_id>LYS-1</service_request_id>' +
        '<service_notice/><account_id/></request></service_requests>\n',
    )
  })

  it('is one empty root where nothing is in it', () => {
    expect(writeXml('service_request_updates', [])).toContain('<service_request_updates/>')
  })

  it('wraps lists that have a name for their entries and repeats others', () => {
    const said = { groups: ['A', 'B'], media_url: ['1', '2'], none: [], yes: true }
    expect(writeXml('x', said)).toContain(
      '<x><groups><group>A</group><group>B</group></groups>' +
        '<media_url>1</media_url><media_url>2</media_url><none/><yes>true</yes></x>',
    )
  })

  it('comes back from a parser as it was, without what XML cannot carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const read: unknown = parser.parse(writeXml('a', { b: `x${text}` }))
        expect(read).toEqual({ a: { b: speakable(`x${text}`) } })
      }),
      { numRuns: 500 },
    )
  })

  const taken = [
    ['control characters', 'a\u0000\u0001\u0008\u000B\u001Fb', 'ab'],
    ['half a pair', 'a\uD800b\uDC00', 'ab'],
    ['what is no character', 'a\uFFFE\uFFFFb', 'ab'],
    ['markup', '<a href="x">&\'</a>', '&lt;a href=&quot;x&quot;&gt;&amp;&apos;&lt;/a&gt;'],
    ['an end of a section', ']]>', ']]&gt;'],
    ['a carriage return', 'a\r\nb', 'a&#13;\nb'],
    ['letters and pictures', 'åäö ø 🚲', 'åäö ø 🚲'],
  ] as const
  it.each(taken)('writes %s', (_what, text, written) => {
    expect(escapeXml(text)).toBe(written)
  })
})
