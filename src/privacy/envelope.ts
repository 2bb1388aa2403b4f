import { createCipheriv, createDecipheriv } from 'node:crypto'

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. An envelope is text: its version, a
 * dot, then nonce, tag and ciphertext as base64url. What it stands for is authenticated with it, so
 * that no envelope passes for another's.
 */
const version = '1'
const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Bytes of every key here. */
export const keyBytes = 32

export interface Sealing {
  /** 32 bytes. */
  readonly key: Uint8Array
  /** 12 bytes that were never used with this key. */
  readonly nonce: Uint8Array
  /** What the envelope belongs to. */
  readonly owner: readonly string[]
}

/** How many random bytes `seal` wants. */
export const NONCE_BYTES = nonceBytes

export function seal(plain: Uint8Array, { key, nonce, owner }: Sealing): string {
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  sealing.setAAD(additional(owner))
  const body = Buffer.concat([sealing.update(plain), sealing.final()])
  const all = Buffer.concat([nonce, sealing.getAuthTag(), body])
  return `${version}.${all.toString('base64url')}`
}

/** Undefined for whatever was not sealed with this key for this owner. */
export function unseal(
  envelope: string,
  { key, owner }: Omit<Sealing, 'nonce'>,
): Uint8Array | undefined {
  const [first, rest = ''] = envelope.split('.', 2)
  const all = Buffer.from(rest, 'base64url')
  if (first !== version || all.length < nonceBytes + tagBytes) return undefined
  const opening = createDecipheriv(cipher, key, all.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  opening.setAAD(additional(owner))
  opening.setAuthTag(all.subarray(nonceBytes, nonceBytes + tagBytes))
  try {
    const body = all.subarray(nonceBytes + tagBytes)
    return Buffer.concat([opening.update(body), opening.final()])
  } catch {
    // The tag does not match: the only thing that `final` throws for.
    return undefined
  }
}

/** JSON, so that no two lists of parts become the same bytes. */
function additional(owner: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(['gatuvakt', version, ...owner]))
}
