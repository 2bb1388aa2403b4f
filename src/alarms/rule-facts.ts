import type { OrganisationId } from '../domain/ids.ts'
import { durationUs } from '../domain/time.ts'
import type { RuleFacts } from './alarms.ts'

/** Looks a rule of one organisation up by its id, retired ones included; undefined when there never was one. */
export type RuleBook = (rule: string) => RuleFacts | undefined

/** The rules of an organisation as they are now; asked before a transaction, whose body awaits only the database. */
export type RuleBookOf = (organisation: OrganisationId) => Promise<RuleBook>

/**
 * Stands in for a rule that nobody knows: the alarm is shown under the rule's id, high in the list,
 * and what becomes of it is left to people.
 */
export function unknownRule(rule: string): RuleFacts {
  return {
    name: { sv: rule, nb: rule, en: rule },
    priority: 2,
    faultClass: 'unknown',
    confirm: 'manual',
    acknowledge: true,
    requireConfirm: false,
    latching: false,
    reopenWithin: durationUs(0),
    causedBy: [],
    impliedBy: [],
    levels: [],
  }
}

/** The rule of an alarm, or what stands in for it with the priority the alarm had. */
export function factsOf(
  book: RuleBook,
  alarm: { readonly rule: string; readonly priority: number },
): RuleFacts {
  return book(alarm.rule) ?? { ...unknownRule(alarm.rule), priority: alarm.priority }
}

/** Priority at this level: a rule with several limits has one for each. */
export function priorityAt({ levels, priority }: RuleFacts, level: number): number {
  return levels[level - 1] ?? priority
}
