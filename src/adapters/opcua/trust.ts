import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { TimeUs } from '../../domain/time.ts'
import { toIso } from '../../domain/time.ts'

/** A server's certificate, as far as trust needs it. */
export interface ShownCertificate {
  /** SHA-256 of the certificate, 64 hex digits. */
  readonly fingerprint: string
  readonly subject: string
  readonly validFrom: Date
  readonly validTo: Date
  /** Bits of its RSA key; 0 when it has another kind of key. */
  readonly bits: number
}

/** Reads the first certificate of a chain in DER; undefined when it is none. */
export function readCertificate(chain: Uint8Array): ShownCertificate | undefined {
  try {
    const certificate = new X509Certificate(firstOf(chain))
    return {
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      subject: certificate.subject.replaceAll('\n', ', ').slice(0, 200),
      validFrom: certificate.validFromDate,
      validTo: certificate.validToDate,
      bits: certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    }
  } catch {
    return undefined
  }
}

/** Why a certificate is not trusted, in words that say what to do; undefined: it is. */
export function whyUntrusted(
  shown: ShownCertificate | undefined,
  trust: readonly string[],
  now: TimeUs,
): string | undefined {
  if (shown === undefined) return 'the server shows no certificate that can be read'
  const { fingerprint, subject, validFrom, validTo, bits } = shown
  if (!trust.includes(fingerprint)) {
    const change = trust.length === 0 ? '' : ' It is none of those that are approved.'
    return `the server shows a certificate that nobody has approved: ${subject}, SHA-256 ${colons(fingerprint)}.${change} If the server's administrator confirms this fingerprint, add it to trust`
  }
  const ms = now / 1_000
  if (ms > validTo.getTime()) {
    return `the server's certificate ended on ${day(validTo)}: have it renewed and approve the new one`
  }
  if (ms < validFrom.getTime()) {
    return `the server's certificate begins on ${day(validFrom)} and our clock says ${toIso(now)}: one of the clocks is wrong`
  }
  if (bits < 2_048) {
    return `the server's certificate has a key of ${bits} bits: at least 2048 are needed`
  }
  return undefined
}

/** `ab:cd:…`, as certificate tools show it. */
export function colons(fingerprint: string): string {
  return fingerprint.replaceAll(/..(?=.)/g, '$&:')
}

/** A chain is certificates one behind the other; a DER sequence says its length. */
function firstOf(chain: Uint8Array): Uint8Array {
  if (chain[0] !== 0x30 || chain[1] !== 0x82) return chain
  return chain.subarray(0, 4 + (chain[2] ?? 0) * 256 + (chain[3] ?? 0))
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

/** Reads a certificate in PEM; rejects when it is none. */
export async function readCertificateFile(file: string): Promise<ShownCertificate> {
  const shown = readCertificate(new X509Certificate(await readFile(file)).raw)
  if (shown === undefined) throw new Error(`${file} holds no certificate`)
  return shown
}
