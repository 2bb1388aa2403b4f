import fc from 'fast-check'
import { expect, it } from 'vitest'
import { replyAddress, reportOfReply } from '../../src/mailbox/reply-token.ts'
import { north, south } from '../support/database.ts'

const secret = new Uint8Array(32).fill(7)
const address = 'felanmalan@lysekil.example'
const report = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('hex'))

it('comes back, whatever a mail server does to capitals', () => {
  fc.assert(
    fc.property(report, (id) => {
      const to = replyAddress(secret, { address, organisation: north, report: id }) ?? ''
      expect(to.indexOf('@')).toBeLessThanOrEqual(64)
      const recipients = ['bo@hem.example', to.toUpperCase().toLowerCase()]
      const asked = { address, organisation: north, recipients }
      expect(reportOfReply(secret, asked)).toBe(id)
      expect(reportOfReply(secret, { ...asked, organisation: south })).toBeUndefined()
      expect(reportOfReply(new Uint8Array(32), asked)).toBeUndefined()
    }),
  )
})

it('is refused with any letter changed', () => {
  const letter = fc.nat(31).map((at) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(at))
  fc.assert(
    fc.property(report, fc.nat(39), letter, (id, at, changed) => {
      const to = replyAddress(secret, { address, organisation: north, report: id }) ?? ''
      const start = 'felanmalan+'.length + at
      if (to[start] === changed) return
      const other = `${to.slice(0, start)}${changed}${to.slice(start + 1)}`
      const asked = { address, organisation: north, recipients: [other] }
      expect(reportOfReply(secret, asked)).toBeUndefined()
    }),
  )
})

it.each([
  [`${'x'.repeat(30)}@lysekil.example`, 'a'.repeat(32)],
  [address, 'not-a-report'],
  ['nobody', 'a'.repeat(32)],
])('is not made for %s and %s', (to, id) => {
  expect(
    replyAddress(secret, { address: to, organisation: north, report: id }),
  ).toBeUndefined()
})
