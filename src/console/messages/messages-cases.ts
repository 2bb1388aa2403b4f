import type { CasePriority, CaseState, ClosingReason } from '../../cases/views.ts'

/** Every text of the pages of cases. */
export interface CaseMessages {
  readonly title: string
  readonly which: Readonly<Record<'open' | 'all', string>>
  readonly empty: string
  readonly state: string
  readonly states: Readonly<Record<CaseState, string>>
  readonly reasons: Readonly<Record<ClosingReason, string>>
  readonly category: string
  readonly asset: string
  readonly place: string
  readonly unit: string
  readonly opened: string
  readonly changed: string
  readonly reports: string
  readonly reportCount: (alarm: number, human: number) => string
  /** Of a group case: how many assets it is about beside its own. */
  readonly assetCount: (assets: number) => string
  readonly gathered: string
  readonly verify: string
  readonly timeline: string
  readonly internal: string
  readonly reporters: string
  readonly reportersHint: string
  readonly name: string
  readonly contact: string
  readonly words: string
  readonly source: string
  readonly sources: Readonly<Record<string, string>>
  readonly alarms: string
  readonly moves: string
  readonly moveTo: Readonly<Record<CaseState, string>>
  readonly reopen: string
  readonly unhide: string
  readonly assignee: string
  readonly contractor: string
  readonly priority: string
  readonly priorities: Readonly<Record<CasePriority, string>>
  readonly due: string
  readonly plannedFor: string
  readonly waitUntil: string
  readonly outside: string
  readonly reference: string
  readonly staffText: string
  readonly staffTextHint: string
  readonly merge: string
  readonly mergeNumber: string
  readonly mergeHint: string
  readonly mergedHere: string
  readonly liesIn: string
  readonly otherOne: string
  readonly unmerge: string
  readonly write: string
  readonly saidTo: string
  readonly saidText: string
  readonly audiences: Readonly<Record<'public' | 'followers' | 'staff', string>>
  readonly send: string
  /** What is promised; `outside` is the day to ask somebody outside again. */
  readonly clocks: Readonly<Record<string, string>>
  readonly reason: string
  readonly chooseReason: string
  readonly publicText: string
  readonly publicTextHint: string
  readonly mustExplain: string
  readonly override: string
  readonly changedMeanwhile: string
  readonly alarmStands: string
  readonly sameFault: string
  readonly lookAgain: string
  readonly otherCase: (number: string) => string
  readonly events: {
    readonly opened: (source: string) => string
    readonly routed: (unit: string) => string
    readonly reportJoined: (source: string | undefined) => string
    readonly alarmJoined: string
    readonly alarmCleared: string
    readonly assetsGathered: (assets: string) => string
    readonly alarmReturned: string
    readonly verify: string
    readonly moved: (from: string, to: string) => string
    readonly overridden: string
    readonly assigned: (who: string) => string
    readonly standsFor: (whom: string) => string
    readonly rerouted: (category: string) => string
    readonly said: string
    readonly saidToFollowers: string
    readonly followedUp: (source: string) => string
    readonly wishReopen: string
    readonly merged: string
    readonly absorbed: string
    readonly unmerged: string
    readonly released: string
    readonly firstContact: string
    readonly photos: string
    readonly photosDecided: { readonly shown: string; readonly hidden: string }
    readonly wordsDecided: { readonly shown: string; readonly hidden: string }
    readonly granted: (contractor: string) => string
    readonly revoked: (contractor: string) => string
    readonly forwarded: (outside: string) => string
    readonly partnerSaid: (outside: string) => string
    readonly deadline: (clock: string) => string
    readonly satisfied: string
    readonly unsatisfied: string
    readonly erased: string
  }
}
