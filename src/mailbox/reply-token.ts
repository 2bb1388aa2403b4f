import { createHmac, timingSafeEqual } from 'node:crypto'
import type { OrganisationId } from '../domain/ids.ts'

/**
 * The token behind the plus of the address that answers go to: the id of a report (128 bits) and 72
 * bits of a keyed hash, in base32, because mail servers may change capitals. It lets its holder add
 * to that one case and read nothing.
 */

const ID_BYTES = 16
const MAC_BYTES = 9
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const LENGTH = ((ID_BYTES + MAC_BYTES) * 8) / 5
const shape = new RegExp(`^[a-z2-7]{${LENGTH}}$`)
/** RFC 5321, 4.5.3.1.1. */
const LOCAL_PART = 64

/**
 * The address for answers to a letter about `report`, or undefined when the part before the @ is
 * too long for it or the id is none of a report.
 */
export function replyAddress(
  secret: Uint8Array,
  to: {
    readonly address: string
    readonly organisation: OrganisationId
    readonly report: string
  },
): string | undefined {
  const { address, organisation, report } = to
  const at = address.lastIndexOf('@')
  if (at < 1 || at + 1 + LENGTH > LOCAL_PART) return undefined
  if (!/^[0-9a-f]{32}$/.test(report)) return undefined
  const id = Buffer.from(report, 'hex')
  const token = base32(Buffer.concat([id, macOf(secret, organisation, id)]))
  return `${address.slice(0, at)}+${token}${address.slice(at)}`
}

/** The report whose token one of the recipients carries; undefined when none does. */
export function reportOfReply(
  secret: Uint8Array,
  to: {
    readonly address: string
    readonly organisation: OrganisationId
    readonly recipients: readonly string[]
  },
): string | undefined {
  const { address, organisation, recipients } = to
  const [local = '', domain = ''] = address.toLowerCase().split('@')
  for (const recipient of recipients) {
    const start = `${local}+`
    const end = `@${domain}`
    if (!recipient.startsWith(start) || !recipient.endsWith(end)) continue
    const token = recipient.slice(start.length, -end.length)
    const report = shape.test(token) ? read(secret, organisation, token) : undefined
    if (report !== undefined) return report
  }
  return undefined
}

function read(
  secret: Uint8Array,
  organisation: OrganisationId,
  token: string,
): string | undefined {
  const bytes = fromBase32(token)
  const id = bytes.subarray(0, ID_BYTES)
  const right = timingSafeEqual(bytes.subarray(ID_BYTES), macOf(secret, organisation, id))
  return right ? id.toString('hex') : undefined
}

function macOf(secret: Uint8Array, organisation: OrganisationId, id: Buffer): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['reply', organisation, id.toString('hex')]))
    .digest()
    .subarray(0, MAC_BYTES)
}

/** RFC 4648, 6, in lower case; 25 bytes are 40 letters without a remainder. */
function base32(bytes: Buffer): string {
  let text = ''
  for (let index = 0; index < LENGTH; index += 1) {
    const bit = index * 5
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    text += alphabet[(pair >> (11 - (bit & 7))) & 31] ?? ''
  }
  return text
}

function fromBase32(text: string): Buffer {
  const bytes = Buffer.alloc(ID_BYTES + MAC_BYTES)
  for (let index = 0; index < text.length; index += 1) {
    const bit = index * 5
    const value = alphabet.indexOf(text.charAt(index)) << (11 - (bit & 7))
    const byte = bit >> 3
    bytes[byte] = (bytes[byte] ?? 0) | (value >> 8)
    if (byte + 1 < bytes.length) bytes[byte + 1] = (bytes[byte + 1] ?? 0) | (value & 255)
  }
  return bytes
}
