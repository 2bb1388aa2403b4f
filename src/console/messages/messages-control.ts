import type { WindowView } from '../../alarms/windows.ts'
import type { AlarmView, WhyView } from '../../alarms/views.ts'

/** Texts of what keeps alarms from people and of what explains them. */
export interface WhyMessages {
  readonly title: string
  readonly computed: string
  readonly gathered: (assets: number) => string
  /** How many assets it takes. */
  readonly gatheredLimit: (needed: number) => string
  readonly keptTitle: string
  readonly keptNot: string
  /** `by` is a person. */
  readonly kept: {
    readonly shelved: (by: string) => string
    readonly shelvedOnce: (by: string) => string
    /** Stand before the name of the other alarm. */
    readonly design: string
    readonly topology: string
    readonly otherAlarm: string
    readonly maintenance: string
    readonly outOfService: (by: string) => string
    readonly held: string
    readonly flood: (desk: string) => string
  }
  /** A flood lasts at a desk, since a time of day. */
  readonly floodAt: (desk: string, since: string) => string
  readonly floodHolds: (alarms: number) => string
  /** The kinds of reasons, short. */
  readonly kinds: Readonly<Record<AlarmView['suppression'][number]['kind'], string>>
  readonly nextTitle: string
  readonly nextNothing: string
  readonly next: Readonly<Record<WhyView['timers'][number]['kind'], string>>
  readonly version: string
  readonly members: string
  readonly moreMembers: (count: number) => string
  readonly sourceTitle: string
  /** How the acknowledgement fared at the source; `device` by its id. */
  readonly source: Readonly<
    Record<'waiting' | 'told' | 'failed', (device: string, tries: number) => string>
  >
}

export interface MaintenanceMessages {
  readonly title: string
  readonly lead: string
  readonly states: Readonly<Record<WindowView['state'], string>>
  readonly empty: Readonly<Record<WindowView['state'], string>>
  readonly from: string
  readonly to: string
  readonly where: string
  readonly by: string
  readonly reason: string
  readonly end: string
  readonly takeBack: string
  readonly endedBy: (who: string, time: string) => string
  readonly all: string
  readonly assetCount: (count: number) => string
  readonly plan: string
  readonly planTitle: string
  readonly scope: string
  readonly scopes: Readonly<Record<ScopeKind, string>>
  readonly searchAsset: string
  readonly add: (name: string) => string
  readonly remove: (name: string) => string
  readonly chosen: string
  readonly noneChosen: string
  readonly types: string
  readonly typesHint: string
  readonly area: string
  readonly edges: Readonly<Record<Edge, string>>
  readonly zone: (zone: string) => string
  readonly preview: string
  readonly hits: (assets: number, alarms: number) => string
  readonly planned: string
  readonly wrong: {
    readonly scope: string
    readonly time: string
    readonly order: string
    readonly reason: string
  }
}

/** How the work's assets are named. */
export type ScopeKind = 'assets' | 'types' | 'area' | 'all'
export type Edge = 'south' | 'west' | 'north' | 'east'

export interface DeskMessages {
  readonly title: string
  readonly lead: string
  readonly empty: string
  readonly onDuty: string
  readonly nobody: string
  readonly noRota: string
  readonly steps: string
  /** Of a step that is there for some priorities alone. */
  readonly onlyFor: (priorities: string) => string
  readonly atOnce: string
  readonly afterSpan: (span: string) => string
  readonly consoleOnly: string
  readonly targets: Readonly<Record<'channel' | 'person' | 'rota', (id: string) => string>>
  readonly outOfOrder: string
  readonly heartbeat: string
  readonly calling: string
  readonly callingNobody: string
  readonly nextStep: (step: number, time: string) => string
  /** Why a step comes when it comes, where that is remarkable. */
  readonly because: Readonly<Record<'nobody' | 'late' | 'unreached', string>>
  readonly deliveries: string
  readonly noDeliveries: string
  readonly recipient: string
  readonly what: string
  readonly fared: string
  readonly kinds: Readonly<Record<'alarms' | 'test' | 'heartbeat', string>>
  readonly counts: Readonly<
    Record<'raised' | 'updated' | 'cleared' | 'reminded', (count: number) => string>
  >
  readonly states: Readonly<Record<'waiting' | 'delivered' | 'failed', string>>
  readonly attempts: (count: number) => string
  readonly test: string
  readonly testOf: (desk: string) => string
  readonly testing: string
  readonly tested: string
  readonly how: Readonly<Record<'arrived' | 'waiting' | 'failed' | 'out of order', string>>
  readonly goals: string
  readonly alarm: string
}

export interface KpiMessages {
  readonly title: string
  readonly lead: (from: string, to: string) => string
  readonly window: string
  readonly windows: Readonly<Record<KpiWindow, string>>
  readonly desk: string
  readonly allDesks: string
  readonly consoleDesk: string
  readonly csv: string
  readonly annunciations: string
  readonly perSlot: string
  readonly perSlotHint: string
  readonly perDay: string
  readonly most: string
  readonly aboveTarget: string
  readonly floods: string
  readonly floodsHint: string
  readonly floodCount: string
  readonly floodShare: string
  readonly longestFlood: string
  readonly largestFlood: string
  readonly priorities: string
  readonly share: string
  readonly aim: string
  readonly acknowledgement: string
  readonly median: string
  readonly p95: string
  readonly withinTarget: string
  readonly stillOpen: string
  readonly longest: string
  readonly badActors: string
  readonly badActorsHint: (share: string) => string
  readonly noBadActors: string
  readonly chattering: string
  readonly stale: string
  readonly suppressed: string
  readonly distribution: string
  readonly distributionHint: (quiet: string, all: string) => string
  readonly alarmsInSlot: string
  readonly slots: string
  readonly nothing: string
}

export type KpiWindow = 'day' | 'week' | 'month'

export interface ControlMessages {
  readonly why: WhyMessages
  readonly maintenance: MaintenanceMessages
  readonly desks: DeskMessages
  readonly kpis: KpiMessages
}
