import { describe, expect, it } from 'vitest'
import { acceptedId, readPeerUpdates } from '../../src/open311/peer-xml.ts'

describe('what partners answer', () => {
  const answers = [
    ['', undefined],
    ['nonsense', undefined],
    ['<service_requests/>', undefined],
    [
      '<service_requests><request><service_request_id/></request></service_requests>',
      undefined,
    ],
    [
      '<service_requests><request><service_request_id><a/></service_request_id></request></service_requests>',
      undefined,
    ],
    [
      '<service_requests><request><service_request_id> 0012 </service_request_id></request></service_requests>',
      '0012',
    ],
    ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', undefined],
  ] as const
  it.each(answers)('%j gives the id %j', (text, id) => {
    expect(acceptedId(Buffer.from(text))).toBe(id)
  })

  it('may be empty, or no list at all', () => {
    expect(readPeerUpdates(Buffer.from('<service_request_updates/>'))).toEqual([])
    expect(readPeerUpdates(Buffer.from('<html/>'))).toBeUndefined()
    const one =
      '<service_request_updates><request_update><update_id>1</update_id>' +
      '<service_request_id>A</service_request_id><status>Fixed - Council</status>' +
      '<description>a &amp; &lt;b&gt; &#229;</description></request_update>' +
      '<request_update><update_id/></request_update></service_request_updates>'
    expect(readPeerUpdates(Buffer.from(one))).toEqual([
      { id: '1', request: 'A', status: 'fixed_-_council', text: 'a & <b> å' },
    ])
  })
})
