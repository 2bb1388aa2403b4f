import type { TimeUs } from '../domain/time.ts'
import type { AlarmRecords } from './records.ts'
import type { RuleBook } from './rule-facts.ts'
import type { Action } from './source-actions.ts'
import type { SourceWork } from './sources.ts'

/** What one source is handed, and the list of what it asked for. */
export function createSourceWork(parts: {
  readonly name: string
  readonly records: AlarmRecords
  readonly now: TimeUs
  readonly book: RuleBook
  readonly room: () => number
}): { readonly work: SourceWork; readonly actions: readonly Action[] } {
  const { name: source, records, now, book } = parts
  const actions: Action[] = []
  let promised = 0
  const add = (action: Action): void => {
    actions.push(action)
  }
  const move = (action: Action): void => {
    promised += 1
    add(action)
  }
  const work: SourceWork = {
    organisation: records.organisation,
    records,
    now,
    facts: (rule) => book(rule),
    room: () => Math.max(0, parts.room() - promised),
    suppress: (alarm, reason) => {
      move({ kind: 'suppress', source, alarm, reason })
    },
    release: (alarm, which) => {
      move({ kind: 'release', source, alarm, which })
    },
    releaseAll: (which, after) => {
      add({ kind: 'release_all', source, which, ...(after !== undefined && { after }) })
    },
    wake: (ref, at) => {
      add({ kind: 'wake', source, ref, at })
    },
    unwake: (ref) => {
      add({ kind: 'unwake', source, ref })
    },
    say: (said) => {
      add({ kind: 'say', source, said })
    },
    gather: (alarm, assets) => {
      add({ kind: 'gather', source, alarm, assets })
    },
  }
  return { work, actions }
}
