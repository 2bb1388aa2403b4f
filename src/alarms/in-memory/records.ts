import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'
import { noFlood, type FloodState } from '../flood.ts'
import type { AlarmRecords, LoadedAlarm, RecordChanges, Standing } from '../records.ts'
import { reasonOf, type AlarmRow, type OccurrenceRow } from '../rows.ts'
import type { Suppression } from '../suppression.ts'
import { stateOfWindow, type WindowRow } from '../windows.ts'
import { DueTimers } from './due-timers.ts'
import { getOrMake } from './sorted.ts'
import { Standings } from './standings.ts'

/** Alarms standing at once that one look finds, as in the tables. */
const MOST_STANDING = 50_000

/** What alarms in memory must know of the world. */
export interface MemoryWorld {
  readonly organisation: OrganisationId
  /** Planned work, also what was ended early. */
  readonly windows: readonly WindowRow[]
  /** Does the work touch the asset, as things are now? */
  touches(window: WindowRow, asset: string): boolean
  /** This keeps an alarm from people: it came, or the alarm rose again while it lasts. */
  kept?(alarm: AlarmRow, reason: Suppression): void
  /** The state of a desk's flood changed. */
  flood?(desk: string, before: FloodState, after: FloodState): void
}

/** The records of alarms that never were: the same as the tables, without a database. */
export class RecordsInMemory implements AlarmRecords {
  readonly organisation: OrganisationId
  readonly timers = new DueTimers()
  readonly #world: MemoryWorld
  readonly #alarms = new Map<string, LoadedAlarm>()
  readonly #standings = new Standings()
  /** `kind ref` → the alarms that have this reason. */
  readonly #having = new Map<string, Set<string>>()
  readonly #floods = new Map<string, FloodState>()

  constructor(world: MemoryWorld) {
    this.organisation = world.organisation
    this.#world = world
  }

  /** The alarm as it is now. */
  alarm(id: string): AlarmRow | undefined {
    return this.#alarms.get(id)?.alarm
  }

  load(alarms: readonly string[]): Promise<readonly LoadedAlarm[]> {
    return Promise.resolve(alarms.flatMap((id) => this.#alarms.get(id) ?? []))
  }

  save(changes: RecordChanges): Promise<void> {
    const before = changes.alarms.flatMap(({ id }) => this.#alarms.get(id) ?? [])
    for (const row of changes.alarms) this.#putAlarm(row)
    for (const row of changes.occurrences) this.#putOccurrence(row)
    for (const { alarm, sequence } of changes.transitions) {
      const known = this.#alarms.get(alarm)
      if (known !== undefined) this.#alarms.set(alarm, { ...known, sequence })
    }
    this.#putReasons(changes)
    for (const one of before) this.#stillKept(one)
    for (const id of changes.forgotten) this.timers.forget(id)
    for (const timer of changes.timers) this.timers.set(timer)
    return Promise.resolve()
  }

  tell(): void {
    // Nobody watches what never was.
  }

  having(
    { kind, ref }: Pick<Suppression, 'kind' | 'ref'>,
    atMost: number,
  ): Promise<readonly string[]> {
    const all = [...(this.#having.get(nameOf(kind, ref)) ?? [])]
    return Promise.resolve(all.toSorted(byText).slice(0, atMost))
  }

  impliedPairs(alarms: readonly string[]): Promise<ReadonlySet<string>> {
    const pairs = alarms.flatMap((alarm) =>
      (this.#alarms.get(alarm)?.suppression ?? []).flatMap(({ kind, ref }) =>
        kind === 'design' ? [`${alarm} ${ref}`] : [],
      ),
    )
    return Promise.resolve(new Set(pairs))
  }

  standingAt(
    assets: readonly string[],
    more?: { readonly latched: true },
  ): Promise<readonly Standing[]> {
    const found: Standing[] = []
    for (const asset of assets) {
      for (const one of this.#standings.onAsset(asset)) {
        if (more !== undefined || this.#standings.isActive(one.id)) found.push(one)
      }
    }
    return Promise.resolve(found)
  }

  activeOf(
    rules: readonly string[],
    without?: { readonly reason: string },
  ): Promise<readonly Standing[]> {
    const [only, ...others] = rules
    const own = only === undefined ? [] : this.#standings.activeOf(only)
    const all =
      others.length === 0
        ? own
        : [...new Set(rules)]
            .flatMap((rule) => this.#standings.activeOf(rule))
            .toSorted((a, b) => byText(a.id, b.id))
    const explained =
      without === undefined
        ? undefined
        : this.#having.get(nameOf('topology', without.reason))
    const wanted =
      explained === undefined ? all : all.filter(({ id }) => !explained.has(id))
    return Promise.resolve(wanted.slice(0, MOST_STANDING))
  }

  activeAmong(alarms: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(alarms.filter((id) => this.#standings.isActive(id))))
  }

  standing(alarm: string): Promise<Standing | undefined> {
    return Promise.resolve(this.#standings.get(alarm))
  }

  flood(desk: string): Promise<FloodState> {
    return Promise.resolve(this.#floods.get(desk) ?? noFlood)
  }

  saveFlood(desk: string, state: FloodState): Promise<void> {
    this.#world.flood?.(desk, this.#floods.get(desk) ?? noFlood, state)
    this.#floods.set(desk, state)
    return Promise.resolve()
  }

  runningWindows(now: TimeUs): Promise<readonly WindowRow[]> {
    const { windows } = this.#world
    return Promise.resolve(
      windows.filter((window) => stateOfWindow(window, now) === 'running'),
    )
  }

  window(id: string): Promise<WindowRow | undefined> {
    return Promise.resolve(this.#world.windows.find((one) => one.id === id))
  }

  touched(window: WindowRow, assets: readonly string[]): Promise<ReadonlySet<string>> {
    const own = assets.filter((asset) => this.#world.touches(window, asset))
    return Promise.resolve(new Set(own))
  }

  untoldOfWindow(window: WindowRow, atMost: number): Promise<readonly string[]> {
    const told = this.#having.get(nameOf('maintenance', window.id))
    const found = [...this.#alarms.values()].flatMap(({ alarm }) =>
      alarm.occurrence !== null &&
      told?.has(alarm.id) !== true &&
      this.#world.touches(window, alarm.asset)
        ? [alarm.id]
        : [],
    )
    return Promise.resolve(found.toSorted(byText).slice(0, atMost))
  }

  /** What kept the last raise from people keeps the next one, too. */
  #stillKept(before: LoadedAlarm): void {
    const after = this.#alarms.get(before.alarm.id)
    if (after === undefined || after.alarm.raise === before.alarm.raise) return
    for (const reason of before.suppression) {
      if (after.suppression.includes(reason)) this.#world.kept?.(after.alarm, reason)
    }
  }

  #putAlarm(alarm: AlarmRow): void {
    const known = this.#alarms.get(alarm.id)
    this.#alarms.set(alarm.id, {
      alarm,
      last: known?.last,
      suppression: known?.suppression ?? [],
      sequence: known?.sequence ?? 0,
    })
    this.#standings.put(alarm)
  }

  #putOccurrence(row: OccurrenceRow): void {
    const known = this.#alarms.get(row.alarm)
    if (known?.alarm.last_occurrence !== row.id) return
    this.#alarms.set(row.alarm, { ...known, last: row })
  }

  #putReasons({ came, went }: Pick<RecordChanges, 'came' | 'went'>): void {
    for (const { alarm, kind, ref } of went) {
      this.#having.get(nameOf(kind, ref))?.delete(alarm)
      this.#changeReasons(alarm, (all) =>
        all.filter((one) => one.kind !== kind || one.ref !== ref),
      )
    }
    for (const row of came) {
      const reason = reasonOf(row)
      getOrMake(this.#having, nameOf(row.kind, row.ref), () => new Set<string>()).add(
        row.alarm,
      )
      const alarm = this.#changeReasons(row.alarm, (all) => [...all, reason])
      if (alarm !== undefined) this.#world.kept?.(alarm, reason)
    }
  }

  #changeReasons(
    id: string,
    change: (all: readonly Suppression[]) => readonly Suppression[],
  ): AlarmRow | undefined {
    const known = this.#alarms.get(id)
    if (known === undefined) return undefined
    this.#alarms.set(id, { ...known, suppression: change(known.suppression) })
    return known.alarm
  }
}

function nameOf(kind: string, ref: string): string {
  return `${kind} ${ref}`
}

function byText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
