import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawDevice } from '../support/mqtt.ts'
import { strandkoping } from '../support/service.ts'
import { openBesieged, type Besieged } from './besieged.ts'
import { rowsIn } from './look.ts'

let siege: Besieged
beforeAll(async () => {
  siege = await openBesieged()
})
afterAll(async () => {
  await siege[Symbol.asyncDispose]()
})

describe('a request that is not as it should be', () => {
  const good = { category: 'light-out', asset: 'lamp-17', text: 'Mörk', language: 'sv' }
  const json = 'application/json'
  const table: Record<string, [type: string, body: () => string | Buffer, status: number]> =
    {
      'garbage in a garbage type': ['application/x-nonsense', () => '\u0000\u0001', 415],
      'a text': ['text/plain', () => JSON.stringify(good), 403],
      'JSON that ends too soon': [json, () => '{"category": "light', 400],
      nothing: [json, () => '', 400],
      'a megabyte': [
        json,
        () => JSON.stringify({ ...good, text: 'x'.repeat(1_048_576) }),
        413,
      ],
      'a list': [json, () => JSON.stringify([good]), 400],
      'lists for texts': [json, () => JSON.stringify({ ...good, text: ['a', 'b'] }), 400],
      null: [json, () => 'null', 400],
      'a name that reaches for the prototype': [
        json,
        () => JSON.stringify(good).replace('{', '{"__proto__":{"admin":true},'),
        400,
      ],
      'a constructor': [
        json,
        () => JSON.stringify(good).replace('{', '{"constructor":{"prototype":{"a":1}},'),
        400,
      ],
      'a key nobody knows': [json, () => JSON.stringify({ ...good, priority: 1 }), 400],
      'a category nobody knows': [
        json,
        () => JSON.stringify({ ...good, category: 'ufo' }),
        400,
      ],
      'a place off the earth': [
        json,
        () => JSON.stringify({ ...good, place: { lat: 158, lon: 11 } }),
        400,
      ],
      'half a character': [
        json,
        () => JSON.stringify({ ...good, language: '\ud800' }),
        400,
      ],
    }

  it.each(Object.entries(table))(
    'with %s is refused whole, with a reason',
    async (_, row) => {
      const [type, body, status] = row
      const before = [
        await rowsIn(siege.service, 'report'),
        await rowsIn(siege.service, 'case'),
      ]
      const answer = await fetch(
        `${siege.service.http}/api/v1/organisations/${strandkoping}/reports`,
        {
          method: 'POST',
          headers: { 'content-type': type },
          body: body(),
        },
      )
      const problem = (await answer.json()) as Record<string, unknown>
      expect({ ...problem, status: answer.status }).toMatchObject({ status })
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(problem).toMatchObject({ status, detail: expect.any(String) as unknown })
      expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.ts:|at Object/)
      expect([
        await rowsIn(siege.service, 'report'),
        await rowsIn(siege.service, 'case'),
      ]).toEqual(before)
      expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
      await siege.expectWell()
    },
  )

  it('with bytes that are no HTTP is answered 400, and the next one is heard', async () => {
    using raw = await RawDevice.open(Number(new URL(siege.service.http).port))
    const answered = once(raw.socket, 'data') as Promise<[Buffer]>
    raw.send(Buffer.from('\u0000\u0001 not http at all\r\n\r\n'))
    const [answer] = await answered
    expect(answer.toString()).toContain('400 Bad Request')
    await siege.expectWell()
  })
})
