/** The first part of a query's key, and the id of what it shows if it shows one thing. */
export type Key = readonly [string] | readonly [string, string]

/** What must be asked for again because something changed; undefined for everything. */
export function affected(kind: string, subject: string): readonly Key[] | undefined {
  switch (kind) {
    case 'alarm':
      return [
        ['alarms'],
        ['alarm', subject],
        ['why', subject],
        ['journal', subject],
        ['asset'],
        ['case'],
      ]
    case 'case':
      return [
        ['cases'],
        ['case', subject],
        // What lies near another case may be this one.
        ['duplicates'],
        // Orders of what lies in a case are listed with it.
        ['orders'],
        ['alarms'],
        ['alarm'],
        ['asset'],
      ]
    // What others granted to a contractor, or ordered of it.
    case 'work':
      return [['work']]
    default:
      // A new configuration renames rules and moves assets; a kind we do not know may do anything.
      return undefined
  }
}
