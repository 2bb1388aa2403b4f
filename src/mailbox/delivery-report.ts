import type { DeliveryReport } from './letter.ts'
import { ATTACHMENTS, REPORT_CHARACTERS } from './limits.ts'

/** With addresses in other alphabets (RFC 6533) the parts have other names. */
const statusTypes = /^message\/(?:global-)?delivery-status$/
const originalTypes = /^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)$/

interface Part {
  /** The parser says a text, and gives false where a letter is cut off. */
  readonly contentType: unknown
  readonly content: Uint8Array
}

/**
 * The report that a letter is; null for a letter that only has one among its attachments, because
 * somebody passed it on. Pure.
 */
export function deliveryReport(
  contentType: string,
  parts: readonly Part[],
): DeliveryReport | null {
  if (!/^multipart\/report\b/i.test(contentType)) return null
  const first = parts.slice(0, ATTACHMENTS)
  const status = first.find(({ contentType: type }) => statusTypes.test(String(type)))
  if (status === undefined) return null
  const original = first.find(({ contentType: type }) => originalTypes.test(String(type)))
  return {
    status: textOf(status),
    original: original === undefined ? '' : headersOf(textOf(original)),
  }
}

function textOf({ content }: Part): string {
  return Buffer.from(content.subarray(0, REPORT_CHARACTERS)).toString('utf8')
}

/** What stands before the first empty line; long headers are put together again. */
function headersOf(text: string): string {
  const [headers = ''] = text.replaceAll(/\r\n?/g, '\n').split('\n\n', 1)
  return headers.replaceAll(/\n[ \t]+/g, ' ')
}
