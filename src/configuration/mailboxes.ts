import type { Mailbox } from '../mailbox/config.ts'
import type { Resolved } from './activate.ts'

/** Mailboxes by id, their categories by id as well. */
export function mailboxesOf({
  typed,
  idOf,
}: Pick<Resolved, 'typed' | 'idOf'>): ReadonlyMap<string, Mailbox> {
  return new Map(
    [...typed.mailbox].map(([slug, mailbox]) => [
      idOf('mailbox', slug),
      {
        ...mailbox,
        category: idOf('category', mailbox.category),
        rules: mailbox.rules.map((rule) => ({
          ...rule,
          category: idOf('category', rule.category),
        })),
      },
    ]),
  )
}
