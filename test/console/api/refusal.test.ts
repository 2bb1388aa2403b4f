import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asRefusal, Refusal, refusalOf } from '../../../src/console/api/refusal.ts'

describe('a refused request', () => {
  it('says what the service said', () => {
    const { details } = refusalOf(409, {
      detail: 'Somebody changed the case after you opened it.',
      where: 'version',
      next: 'Look again.',
      facts: { version: 5 },
    })
    expect(details).toMatchObject({
      kind: 'conflict',
      where: 'version',
      facts: { version: 5 },
    })
  })

  it('names the failure by the id that stands in the log', () => {
    const { details } = refusalOf(500, {
      detail: 'x',
      instance: 'urn:gatuvakt:request:req-7',
    })
    expect(details).toMatchObject({ kind: 'internal', instance: 'req-7' })
  })

  it('that a proxy answered is a service that cannot be reached', () => {
    expect(refusalOf(502, undefined).details.kind).toBe('unreachable')
  })

  it('is a refusal whatever the answer was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), fc.jsonValue(), (status, body) => {
        const refusal = refusalOf(status, body)
        expect(refusal).toBeInstanceOf(Refusal)
        expect(typeof refusal.details.what).toBe('string')
      }),
    )
  })

  it('that is a fault of the console is shown as a fault', () => {
    expect(asRefusal(new TypeError('x is not a function')).details.kind).toBe('internal')
  })
})
