import type { IncomingLetter } from './letter.ts'

/** Why nobody waits for an answer to a letter. */
export type IgnoredBecause = 'automatic' | 'bounce' | 'list' | 'own' | 'no_sender'

const machines =
  /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+-].*)?@/

/**
 * Letters that machines wrote (RFC 3834) and letters of lists change nothing: an answer to them
 * would be answered by a machine again. Undefined for a letter of a person.
 */
export function ignoredBecause(
  { from, marks }: Pick<IncomingLetter, 'from' | 'marks'>,
  own: string,
): IgnoredBecause | undefined {
  const mark = (name: string): string | undefined => marks.get(name)?.toLowerCase()
  if (isBounce(mark, from?.address)) return 'bounce'
  if (mark('list-id') !== undefined || mark('list-post') !== undefined) return 'list'
  if (isAutomatic(mark)) return 'automatic'
  if (from === null) return 'no_sender'
  if (withoutPlus(from.address) === own) return 'own'
  return machines.test(from.address) ? 'automatic' : undefined
}

function isBounce(
  mark: (name: string) => string | undefined,
  from: string | undefined,
): boolean {
  return (
    /^<\s*>/.test(mark('return-path') ?? '') ||
    /multipart\/report/.test(mark('content-type') ?? '') ||
    mark('x-failed-recipients') !== undefined ||
    /^(?:mailer-daemon|postmaster)@/.test(from ?? '')
  )
}

function isAutomatic(mark: (name: string) => string | undefined): boolean {
  const submitted = mark('auto-submitted') ?? 'no'
  return (
    !/^no\b/.test(submitted) ||
    /\b(?:bulk|junk|list|auto_reply)\b/.test(mark('precedence') ?? '') ||
    /\b(?:all|oof|autoreply)\b/.test(mark('x-auto-response-suppress') ?? '') ||
    mark('x-autoreply') !== undefined ||
    mark('x-autorespond') !== undefined
  )
}

function withoutPlus(text: string): string {
  return text.replace(/\+[^@]*@/, '@')
}
