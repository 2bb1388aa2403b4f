/** What a process does. One process may do all of it, or several share it over one log and database. */
export const roles = ['gateway', 'engine', 'projector', 'api', 'delivery'] as const

/**
 * `gateway`: hears the field and puts what it says into the reading log · `engine`: detects, and
 * carries alarms and cases on · `projector`: writes history · `api`: people, citizens, live view ·
 * `delivery`: sends mails.
 */
export type Role = (typeof roles)[number]
