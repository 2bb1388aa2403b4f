import type { OrganisationId } from '../domain/ids.ts'
import type { RuleFacts } from './alarms.ts'

/** Looks a rule up by its id, retired ones included; undefined when there never was one. */
export type RuleFactsOf = (
  organisation: OrganisationId,
  rule: string,
) => Promise<RuleFacts | undefined>

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
  }
}
