import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  LineGroups,
  lineMessage,
  lineTime,
} from '../../../src/devices/http/line-message.ts'
import { isFault, parseLines } from '../../../src/devices/http/line-protocol.ts'
import { timeUs } from '../../../src/domain/time.ts'
import { plain, read, type Plain } from './lines.ts'

const good: readonly [string, Plain][] = [
  [
    'cpu,host=a usage=0.5 1465839830100400200',
    {
      measurement: 'cpu',
      tags: { host: 'a' },
      fields: { usage: 0.5 },
      timestamp: 1_465_839_830_100_400_200n,
    },
  ],
  ['m f=1', { measurement: 'm', tags: {}, fields: { f: 1 }, timestamp: undefined }],
  ['m f=1 -1', { measurement: 'm', tags: {}, fields: { f: 1 }, timestamp: -1n }],
  [
    'm,t=x f=12i,g=7u,h=-1.5e-3,i=.5,j=1.,k=+2',
    {
      measurement: 'm',
      tags: { t: 'x' },
      fields: { f: { digits: '12' }, g: { digits: '7' }, h: -0.0015, i: 0.5, j: 1, k: 2 },
      timestamp: undefined,
    },
  ],
  [
    'm a=t,b=T,c=true,d=True,e=TRUE,f=f,g=F,h=false,i=False,j=FALSE',
    {
      measurement: 'm',
      tags: {},
      fields: {
        a: true,
        b: true,
        c: true,
        d: true,
        e: true,
        f: false,
        g: false,
        h: false,
        i: false,
        j: false,
      },
      timestamp: undefined,
    },
  ],
  [
    String.raw`my\ m\,x,ta\=g=v\ a\,l\=ue fi\ eld="text" 1`,
    {
      measurement: 'my m,x',
      tags: { 'ta=g': 'v a,l=ue' },
      fields: { 'fi eld': 'text' },
      timestamp: 1n,
    },
  ],
  [
    String.raw`m,path=C:\dir f="say \"hi\", a=b \\ c\d"`,
    {
      measurement: 'm',
      tags: { path: String.raw`C:\dir` },
      fields: { f: String.raw`say "hi", a=b \ c\d` },
      timestamp: undefined,
    },
  ],
  [
    'm f="two\nlines" 5',
    { measurement: 'm', tags: {}, fields: { f: 'two\nlines' }, timestamp: 5n },
  ],
  [
    'm,t="q" f="" 5',
    { measurement: 'm', tags: { t: '"q"' }, fields: { f: '' }, timestamp: 5n },
  ],
  [
    'm,ort=Strandköping,e=😀 f=1',
    {
      measurement: 'm',
      tags: { ort: 'Strandköping', e: '😀' },
      fields: { f: 1 },
      timestamp: undefined,
    },
  ],
  ['m  f=1   5  ', { measurement: 'm', tags: {}, fields: { f: 1 }, timestamp: 5n }],
  [
    'm=n,a=b f=1',
    { measurement: 'm=n', tags: { a: 'b' }, fields: { f: 1 }, timestamp: undefined },
  ],
]

const bad: readonly [string, RegExp][] = [
  ['m', /no fields/],
  ['m,t=1', /no fields/],
  ['m ', /no fields/],
  [',t=1 f=1', /no measurement/],
  ['m,t f=1', /tag is not/],
  ['m,=x f=1', /tag is not/],
  ['m,t= f=1', /no value/],
  ['m,t=1,t=2 f=1', /tag t stands twice/],
  ['m f', /field is not/],
  ['m f=', /field f is ""/],
  ['m f=1,', /no fields/],
  ['m f=1,f=2', /field f stands twice/],
  ['m f=abc', /field f is "abc"/],
  ['m f=12,5', /field is not|decimals/],
  ['m f=1e999', /larger/],
  ['m f=NaN', /field f is "NaN"/],
  ['m f=0x10', /field f is/],
  ['m f=9223372036854775808i', /64 bits/],
  ['m f=18446744073709551616u', /64 bits/],
  ['m f=-1u', /field f is/],
  ['m f="x"y', /closing quote/],
  ['m f=1 yesterday', /no whole number/],
  ['m f=1 1.5', /no whole number/],
  ['m f=1 1 1', /no whole number/],
  ['m,__proto__=x f=1', /__proto__/],
  [`${'m'.repeat(501)} f=1`, /longer than 500/],
  [`m ${Array.from({ length: 257 }, (_, i) => `f${i}=1`).join(',')}`, /more than 256/],
]

describe('a line', () => {
  it.each(good)('%j', (text, expected) => {
    expect(plain(read(text)[0])).toEqual(expected)
  })

  it.each(bad)('%j is refused', (text, why) => {
    const [first] = read(text)
    expect(first).toMatchObject({ number: 1, why: expect.stringMatching(why) })
  })
})

describe('a body', () => {
  it('passes over blank lines and remarks, and counts every line', () => {
    const lines = read('# first\n\nm f=1\r\n  \nm f="a\nb"\nbroken\nm f=2\n')
    expect(lines.map(({ number }) => number)).toEqual([3, 5, 7, 8])
    expect(lines.map((line) => isFault(line))).toEqual([false, false, true, false])
  })

  it('ends at a text that is never closed, because nobody knows where its line ends', () => {
    const lines = read('m f=1\nm f="open\nm f=2\n')
    expect(lines).toMatchObject([
      { number: 1 },
      { number: 2, why: expect.stringContaining('never closed') },
    ])
  })

  it('never throws, whatever comes', () => {
    const word = fc.constantFrom(
      ',',
      ' ',
      '=',
      '"',
      '\\',
      '\n',
      'm',
      'f=1',
      '1i',
      '#',
      '\r',
      'å',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        for (const line of parseLines(words.join('')))
          expect(line.number).toBeGreaterThan(0)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the message of a line', () => {
  it('has its digits, its names and its time in µs', () => {
    const [line] = read(
      'm,host=a\\ b n=9223372036854775807i,s="x\\"y",b=t 1465839830100400200',
    )
    if (line === undefined || isFault(line)) throw new Error('no line')
    const groups = new LineGroups()
    groups.add(line, lineTime(line.timestamp ?? 0n, 'ns') ?? timeUs(0))
    const [group] = [...groups.all()]
    if (group === undefined) throw new Error('no group')
    expect(Buffer.from(lineMessage(group)).toString()).toBe(
      '{"measurement":"m","tags":{"host":"a b"},"fields":{"n":9223372036854775807,"s":"x\\"y","b":true},"time":1465839830100400}',
    )
  })

  it('joins lines of one series and one time, and the later value of a field counts', () => {
    const groups = new LineGroups()
    for (const line of read('m,a=1,b=2 x=1 5\nm,b=2,a=1 y=2,x=3 5\nm,a=1 x=4 5\n')) {
      if (!isFault(line)) groups.add(line, timeUs(5))
    }
    expect(
      [...groups.all()].map(({ number, fields }) => [number, Object.fromEntries(fields)]),
    ).toEqual([
      [1, { x: 3, y: 2 }],
      [3, { x: 4 }],
    ])
  })

  it.each([
    [1_465_839_830_100_400_200n, 'ns', 1_465_839_830_100_400],
    [1_465_839_830_100_400n, 'us', 1_465_839_830_100_400],
    [1_465_839_830_100_400n, 'u', 1_465_839_830_100_400],
    [1_465_839_830_100n, 'ms', 1_465_839_830_100_000],
    [1_465_839_830n, 's', 1_465_839_830_000_000],
    [24_430_663n, 'm', 1_465_839_780_000_000],
    [407_177n, 'h', 1_465_837_200_000_000],
    [1_465_839_830_100_400_200n, 's', undefined],
  ] as const)('%i %s is %s µs', (timestamp, precision, us) => {
    expect(lineTime(timestamp, precision)).toBe(us)
  })
})
