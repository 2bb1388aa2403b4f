/**
 * Codes that speak of somebody else than the receiver: 5.1.7 and 5.1.8 are about the sender, 5.2.2 is
 * a mailbox that is full today, 5.2.3 and 5.2.4 are about the letter or a list.
 */
const ABOUT_OTHERS: ReadonlySet<string> = new Set([
  '5.1.7',
  '5.1.8',
  '5.2.2',
  '5.2.3',
  '5.2.4',
])
/** System, protocol, content and policy (RFC 3463, 3.4 and 3.6 to 3.8): what somebody may still mend. */
const OTHER_SUBJECTS = /^5\.[3567]\./

/**
 * Does this enhanced status code (RFC 3463) say that no letter will ever arrive at the address? Class 5
 * alone does not: a server that has us on a list, or that we have no login for, answers 5.7.1 to every
 * letter, and nobody's letters may end because of that. Pure.
 */
export function isAddressGone(status: string): boolean {
  return (
    status.startsWith('5.') && !ABOUT_OTHERS.has(status) && !OTHER_SUBJECTS.test(status)
  )
}

/** The enhanced status code of a server's reply (RFC 2034: after the code, `550 5.1.1 …`). Pure. */
export function statusOfReply(reply: string): string | undefined {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(reply)?.[1]
}
