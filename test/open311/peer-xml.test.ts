import { describe, expect, it } from 'vitest'
import { acceptedAs, readPeerUpdates } from '../../src/open311/peer-xml.ts'

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
      { id: '0012' },
    ],
    [
      '<service_requests><request><token>a/b</token></request></service_requests>',
      { token: 'a/b' },
    ],
    [
      '<service_requests><request><service_request_id>1</service_request_id><token>2</token></request></service_requests>',
      { id: '1' },
    ],
    [
      `<service_requests><request><token>${'x'.repeat(191)}</token></request></service_requests>`,
      undefined,
    ],
    [
      '<service_requests><request><token>1</token></request><request><token>2</token></request></service_requests>',
      undefined,
    ],
    ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', undefined],
  ] as const
  it.each(answers)('%j is taken as %j', (text, taken) => {
    expect(acceptedAs(Buffer.from(text))).toEqual(taken)
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
