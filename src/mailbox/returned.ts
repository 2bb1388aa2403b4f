import { isAddressGone } from '../delivery/reply-status.ts'
import type { IncomingLetter } from './letter.ts'

/** A letter that did not arrive, as a mail server reports it. */
export interface Returned {
  /** Message-IDs that the letter may have, the likeliest first. */
  readonly names: readonly string[]
  /** Of the first recipient that failed (RFC 3463), for instance `5.1.1`. */
  readonly status: string
  /** No other letter will arrive there either: the address of everybody it went to is gone. */
  readonly isForGood: boolean
  /** The addresses that failed, lower case: as it was sent to, and where it was sent on to. */
  readonly addresses: readonly string[]
}

/** Recipients of one report that are looked at; a letter of ours has one. */
const RECIPIENTS = 20

/**
 * What a delivery status notification (RFC 3464) says of a letter that failed. Undefined when it says
 * nothing of the kind: the letter is late, or arrived. Pure.
 */
export function returned({
  report,
  references,
}: Pick<IncomingLetter, 'report' | 'references'>): Returned | undefined {
  if (report === null) return undefined
  const recipients = blocksOf(report.status)
    .filter((block) => block.has('action'))
    .slice(0, RECIPIENTS)
  const failed = recipients.filter((block) => wordOf(block, 'action') === 'failed')
  const [first] = failed
  const status = first && statusOf(first)
  if (status === undefined) return undefined
  const named = [...report.original.matchAll(/^message-id:\s*<([^<>\s]{1,900})>/gim)]
  return {
    names: [...named.map(([, name = '']) => name), ...references],
    status,
    isForGood: recipients.every(
      (block) =>
        wordOf(block, 'action') === 'failed' && isAddressGone(statusOf(block) ?? ''),
    ),
    addresses: failed.flatMap((block) =>
      ['original-recipient', 'final-recipient'].flatMap((name) => addressOf(block, name)),
    ),
  }
}

type Block = ReadonlyMap<string, string>

/** Fields by lower-case name: first those of the report itself, then one block for each recipient. */
function blocksOf(text: string): readonly Block[] {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .map((block) => {
      // A field goes on in lines that begin with white space.
      const lines = block.replaceAll(/\n[ \t]+/g, ' ').split('\n')
      return new Map(
        lines.flatMap((line) => {
          const [, name, value] = /^([\w-]{1,60})[ \t]*:(.*)$/.exec(line) ?? []
          return name === undefined || value === undefined
            ? []
            : [[name.toLowerCase(), value.trim()] as const]
        }),
      )
    })
}

function wordOf(block: Block, name: string): string | undefined {
  return /^[a-z]+/.exec(block.get(name)?.toLowerCase() ?? '')?.[0]
}

function statusOf(block: Block): string | undefined {
  return /^[245]\.\d{1,3}\.\d{1,3}\b/.exec(block.get('status') ?? '')?.[0]
}

/** The address behind its type: `rfc822; anna@hem.example`. */
function addressOf(block: Block, name: string): readonly string[] {
  const [, address] =
    /^(?:rfc822|utf-8)\s*;\s*<?([^\s<>;]{3,254})>?/i.exec(block.get(name) ?? '') ?? []
  return address?.includes('@') === true ? [address.toLowerCase()] : []
}
