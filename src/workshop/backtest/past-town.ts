import type { RuleFacts } from '../../alarms/alarms.ts'
import type { WindowRow } from '../../alarms/windows.ts'
import type { Desk } from '../../annunciation/desk.ts'
import type { Asset } from '../../domain/asset.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { DetectorEvent } from '../../domain/transition.ts'

/** An asset as far as alarms go: what it is, where it stands and what it hangs on. */
export type PastAsset = Pick<Asset, 'type' | 'place' | 'parents'>

/** What decides about alarms besides readings, as it was configured from a time on. */
export interface TownFrom {
  readonly version: number
  readonly ingest: TimeUs
  /** By id. Versions that differ in nothing of it share one. */
  readonly assets: ReadonlyMap<string, PastAsset>
  readonly rules: ReadonlyMap<string, RuleFacts>
  /** In the order in which they are asked. */
  readonly desks: ReadonlyMap<string, Pick<Desk, 'takes'>>
  /** Rule id → the assets it watches. */
  readonly watched: ReadonlyMap<string, ReadonlySet<string>>
}

/** What the detector said of the alarms of other rules, as the journal has it. */
export interface OtherSaid {
  readonly id: string
  readonly rule: string
  readonly asset: string
  readonly discriminator: string
  readonly event: DetectorEvent
  readonly at: TimeUs
  /** When it was known. */
  readonly now: TimeUs
  readonly historical: boolean
  readonly level: number
}

/** Everything that kept alarms from people, or could have, as of each time. Can be handed to a worker. */
export interface PastTown {
  /** In the order of time; the first holds from the beginning. */
  readonly towns: readonly TownFrom[]
  /** What the rule that is tried says, by arm; an arm without has it as it was in force. */
  readonly drafts: ReadonlyMap<string, RuleFacts>
  /** Planned work; what was ended early has `ended_at`. */
  readonly windows: readonly WindowRow[]
  /** In the order of `now`. */
  readonly others: readonly OtherSaid[]
}
