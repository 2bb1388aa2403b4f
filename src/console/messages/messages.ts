import type { AlarmView } from '../../alarms/views.ts'
import type { RefusalKind } from '../api/refusal.ts'
import type { CaseMessages } from './messages-cases.ts'
import type { ContractorMessages } from './messages-contractor.ts'
import type { ControlMessages } from './messages-control.ts'
import type { CaseWorkMessages } from './messages-handling.ts'
import type { IntakeMessages } from './messages-intake.ts'
import type { PublicMessages } from './messages-public.ts'

/** Every text of the console. A language that lacks one does not compile. */
export interface Messages
  extends ControlMessages, CaseWorkMessages, PublicMessages, ContractorMessages {
  readonly languageName: string
  readonly common: {
    readonly retry: string
    readonly cancel: string
    readonly close: string
    readonly loading: string
    readonly notFound: string
    readonly pageFailed: string
    readonly yes: string
    readonly no: string
    readonly none: string
    readonly time: string
    readonly who: string
    readonly comment: string
    readonly optional: string
    readonly actors: Readonly<Record<string, string>>
    /** Said above a list that could not be brought up to date. */
    readonly notRefreshed: string
    readonly listIsCut: (count: number) => string
    readonly number: string
  }
  readonly frame: {
    readonly skip: string
    readonly navigation: string
    readonly alarms: string
    readonly cases: string
    readonly assets: string
    readonly maintenance: string
    readonly desks: string
    readonly kpis: string
    readonly problems: string
    readonly logOut: string
    readonly language: string
  }
  readonly live: {
    readonly label: string
    readonly connecting: string
    readonly live: string
    readonly delayed: string
    readonly stale: string
    readonly dataFrom: (time: string) => string
    readonly frozen: string
    readonly lastSign: (age: string) => string
  }
  readonly login: {
    readonly title: string
    readonly organisation: string
    readonly organisationHint: string
    readonly email: string
    readonly password: string
    readonly submit: string
    readonly errors: string
    readonly missing: Readonly<Record<'organisation' | 'email' | 'password', string>>
  }
  readonly password: {
    readonly title: string
    readonly first: string
    readonly hint: string
    readonly second: string
    readonly submit: string
    readonly tooShort: string
    readonly different: string
    readonly noToken: string
    readonly done: string
    readonly toLogin: string
  }
  readonly alarms: {
    readonly title: string
    readonly which: Readonly<Record<'open' | 'suppressed' | 'all', string>>
    readonly empties: Readonly<Record<'open' | 'suppressed' | 'all', string>>
    readonly upToDate: (time: string) => string
    readonly priority: string
    readonly priorities: Readonly<Record<number, string>>
    readonly state: string
    readonly states: Readonly<Record<AlarmView['state'], string>>
    readonly since: string
    readonly asset: string
    readonly message: string
    readonly case: string
    readonly action: string
    readonly acknowledge: string
    readonly acknowledgeOf: (what: string) => string
    readonly acknowledgedBy: (who: string, time: string) => string
    readonly acknowledgeNewRaise: string
    readonly faster: string
    readonly newRows: (count: number, first: number) => string
    readonly gone: string
    readonly evidenceLost: string
    readonly counts: (unacknowledged: number, first: number) => string
    readonly openCase: string
    readonly evidenceHint: string
    readonly role: string
    readonly value: string
    readonly limit: string
    readonly quality: string
    readonly measuredAt: string
    readonly journal: string
    readonly event: string
    readonly becomes: string
    readonly historical: string
    readonly events: Readonly<Record<string, string>>
    readonly standings: Readonly<Record<string, string>>
    readonly raisedAt: string
    readonly clearedAt: string
    readonly silentFor: (span: string) => string
    readonly noValue: string
    readonly rule: string
    readonly toTable: string
    readonly shelve: string
    readonly unshelve: string
    readonly confirm: string
    readonly reset: string
    readonly addComment: string
    readonly duration: string
    readonly durations: Readonly<Record<ShelfChoice, string>>
    readonly reason: string
    readonly until: (time: string) => string
    readonly latched: string
  }
  readonly cases: CaseMessages
  readonly intake: IntakeMessages
  readonly assets: AssetMessages
  readonly problems: {
    readonly title: string
    readonly lead: string
    readonly empty: string
    readonly source: string
    readonly reason: string
    readonly detail: string
    readonly count: string
    readonly first: string
    readonly last: string
    readonly sample: string
  }
  readonly refusals: Readonly<
    Record<RefusalKind, { readonly title: string; readonly next: string }>
  > & { readonly reference: string }
  readonly shortcuts: {
    readonly title: string
    readonly on: string
    readonly next: string
    readonly previous: string
    readonly acknowledge: string
    readonly open: string
    readonly insert: string
    readonly help: string
  }
}

/** For how long an alarm may be put aside; the service refuses what its priority does not allow. */
export type ShelfChoice = '30m' | '1h' | '8h' | '7d' | 'untilClear'

export interface AssetMessages {
  readonly title: string
  readonly search: string
  readonly submit: string
  readonly empty: string
  readonly name: string
  readonly number: string
  readonly type: string
  readonly owner: string
  readonly maintainer: string
  readonly place: string
  readonly attributes: string
  readonly parents: string
  readonly points: string
  readonly noPoints: string
  readonly role: string
  readonly value: string
  readonly quality: string
  readonly qualities: Readonly<Record<'good' | 'uncertain' | 'bad', string>>
  readonly at: string
  readonly device: string
  readonly notHeard: string
  readonly alarms: string
  readonly noAlarms: string
  readonly cases: string
  readonly noCases: string
  readonly history: string
  readonly range: string
  readonly ranges: Readonly<Record<'6h' | '24h' | '7d', string>>
  readonly showTable: string
  readonly showChart: string
  readonly noReadings: string
  readonly notDrawable: string
  readonly thinned: (shown: string, total: string) => string
  readonly chartOf: (role: string, range: string) => string
  readonly show: (role: string) => string
}
