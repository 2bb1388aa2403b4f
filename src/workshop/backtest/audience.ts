import type { Announcement } from '../../alarms/alarms.ts'
import { createFloodSource } from '../../alarms/flood-source.ts'
import type { FloodState } from '../../alarms/flood.ts'
import { AlarmsInMemory } from '../../alarms/in-memory/alarms.ts'
import { isInScope, scopeOf, type WindowRow } from '../../alarms/windows.ts'
import { alarmId } from '../../alarms/ids.ts'
import { unknownRule } from '../../alarms/rule-facts.ts'
import type { Said } from '../../alarms/said.ts'
import { createTopologySource } from '../../alarms/topology/source.ts'
import { deskFor } from '../../annunciation/catalogue.ts'
import { SECOND, timeUs, type TimeUs } from '../../domain/time.ts'
import type { DetectorTransition } from '../../domain/transition.ts'
import type {
  Audience,
  Floods,
  Listener,
  MakeAudience,
} from '../../rules/backtest/audience.ts'
import type { Arm, BacktestJob } from '../../rules/backtest/job.ts'
import type { OtherSaid, PastTown } from './past-town.ts'
import { TownNow } from './town-now.ts'

/** Who watches what no desk takes. */
const CONSOLE_DESK = 'console'

/** Announcements that say that an alarm stands; the others follow from these. */
const calling: ReadonlySet<Announcement['kind']> = new Set(['raised', 'worse', 'again'])

/**
 * Lets the alarms of an arm live as they would have in the town of the time: with the topology, the desks
 * and the planned work of each moment, and beside the alarms of all other rules as they were.
 */
export function audienceIn(town: PastTown, job: BacktestJob): MakeAudience {
  return (arm, listener) => new PastAudience(town, { job, arm, listener })
}

class PastAudience implements Audience {
  readonly #job: BacktestJob
  readonly #others: readonly OtherSaid[]
  readonly #now: TownNow
  readonly #alarms: AlarmsInMemory
  readonly #scopes = new Map<string, (asset: ScopedAsset) => boolean>()
  #nextOther = 0
  #floods = 0
  #floodTime = 0
  readonly #floodSince = new Map<string, TimeUs>()
  #time = timeUs(0)

  constructor(
    town: PastTown,
    of: { readonly job: BacktestJob; readonly arm: Arm; readonly listener: Listener },
  ) {
    const { job, arm, listener } = of
    this.#job = job
    this.#others = town.others
    this.#now = new TownNow(town, arm, job.rule)
    this.#alarms = new AlarmsInMemory({
      organisation: job.organisation,
      windows: town.windows,
      sources: [
        createTopologySource(() => this.#now.town),
        createFloodSource(
          (_organisation, { facts: { faultClass }, ...raise }) =>
            deskFor(this.#now.catalogue, { ...raise, faultClass }) ?? CONSOLE_DESK,
        ),
      ],
      touches: (window, asset) => this.#touches(window, asset),
      kept: (alarm, { kind }) => listener.kept(alarm, kind),
      flood: (desk, before, after) => this.#flood(desk, before, after),
      book: (now) => {
        this.#time = now
        this.#now.goTo(now)
        return (rule) => this.#now.town.rules.get(rule)
      },
      announce: ({ kind, alarm, now }, records) => {
        const row = records.alarm(alarm)
        if (row !== undefined && calling.has(kind)) listener.told(row, now)
      },
    })
  }

  async take(said: readonly DetectorTransition[], now: TimeUs): Promise<void> {
    await this.#othersUntil(now)
    await this.#alarms.take(said, now)
  }

  async pass(until: TimeUs): Promise<void> {
    await this.#othersUntil(until)
    await this.#alarms.pass(until)
  }

  floods(): Floods {
    let time = this.#floodTime
    for (const since of this.#floodSince.values()) time += this.#job.to - since
    return { count: this.#floods, seconds: time / SECOND }
  }

  /** What the detector said of other rules' alarms by then, at its times. */
  async #othersUntil(time: TimeUs): Promise<void> {
    for (;;) {
      const first = this.#others[this.#nextOther]
      if (first === undefined || first.now > time) return
      let end = this.#nextOther
      while (this.#others[end]?.now === first.now) end++
      const own = this.#others.slice(this.#nextOther, end)
      this.#nextOther = end
      // First what was due, for it decides which town it is said in.
      await this.#alarms.pass(first.now)
      this.#now.goTo(first.now)
      await this.#alarms.say(
        own.map((one) => this.#saidOf(one)),
        first.now,
      )
    }
  }

  #saidOf(one: OtherSaid): Said {
    const { id, rule, asset, discriminator, event: kind, at, now, historical, level } = one
    const key = { organisation: this.#job.organisation, rule, asset, discriminator }
    return {
      alarm: alarmId(key),
      key,
      happening: {
        id,
        event: { kind, historical, at, level },
        rule: this.#now.town.rules.get(rule) ?? unknownRule(rule),
        at,
        now,
        actor: 'detector',
        comment: null,
        ruleVersion: null,
        evidence: '[]',
      },
    }
  }

  #touches(window: WindowRow, asset: string): boolean {
    const known = this.#now.asset(asset)
    if (known === undefined) return false
    let inScope = this.#scopes.get(window.id)
    if (inScope === undefined) this.#scopes.set(window.id, (inScope = scopeTest(window)))
    return inScope({ id: asset, ...known })
  }

  /** Counts what begins in the range; what began before counts only from its beginning on. */
  #flood(desk: string, before: FloodState, after: FloodState): void {
    const { from, to } = this.#job
    if (before.since === undefined && after.since !== undefined) {
      if (after.since >= from && after.since < to) {
        this.#floods++
        this.#floodSince.set(desk, after.since)
      }
    } else if (before.since !== undefined && after.since === undefined) {
      const since = this.#floodSince.get(desk)
      this.#floodSince.delete(desk)
      if (since !== undefined) this.#floodTime += Math.min(this.#time, to) - since
    }
  }
}

type ScopedAsset = Parameters<typeof isInScope>[1]

/** The same as `isInScope`, for many questions about one window. */
function scopeTest(window: WindowRow): (asset: ScopedAsset) => boolean {
  const scope = scopeOf(window)
  if (!('assets' in scope)) return (asset) => isInScope(scope, asset)
  const named = new Set(scope.assets)
  return ({ id }) => named.has(id)
}
