import type { RuleFacts } from '../../alarms/alarms.ts'
import { createTopology, type Topology } from '../../alarms/topology/graph.ts'
import type { Town } from '../../alarms/topology/town.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { Arm } from '../../rules/backtest/job.ts'
import type { PastAsset, PastTown, TownFrom } from './past-town.ts'

/** The town as one arm sees it at a time: that of the time, with the rule that is tried in its place. */
export class TownNow {
  readonly #past: PastTown
  readonly #arm: Arm
  readonly #rule: string | undefined
  /** Of the maps of assets met so far: versions share them. */
  readonly #topologies = new Map<TownFrom['assets'], Topology>()
  #from: TownFrom
  #next = 1
  #town: Town

  constructor(past: PastTown, arm: Arm, rule: string | undefined) {
    this.#past = past
    this.#arm = arm
    this.#rule = rule
    this.#from = past.towns[0] ?? nowhere
    this.#town = this.#make()
  }

  /** Time does not go back. */
  goTo(now: TimeUs): void {
    let moved = false
    for (;;) {
      const next = this.#past.towns[this.#next]
      if (next === undefined || next.ingest > now) break
      this.#from = next
      this.#next++
      moved = true
    }
    if (moved) this.#town = this.#make()
  }

  get town(): Town {
    return this.#town
  }

  get catalogue(): Pick<TownFrom, 'desks' | 'assets'> {
    return this.#from
  }

  asset(id: string): PastAsset | undefined {
    return this.#from.assets.get(id)
  }

  #make(): Town {
    const { assets, rules, watched, version } = this.#from
    const draft = this.#past.drafts.get(this.#arm.name)
    const rule = this.#rule
    const facts: ReadonlyMap<string, RuleFacts> =
      rule === undefined || draft === undefined ? rules : new Map([...rules, [rule, draft]])
    const own = this.#watchedByDraft(version)
    return {
      topology: this.#topologyOf(assets),
      rules: facts,
      watchedBy: (one) =>
        one === rule && draft !== undefined ? own : (watched.get(one) ?? nothing),
    }
  }

  /** What the tried rule watches in this version, or in the last before it. */
  #watchedByDraft(version: number): ReadonlySet<string> {
    const { rules } = this.#arm
    const held = rules.findLast((one) => one.rules.version <= version) ?? rules[0]
    return new Set(held?.rules.targets.map(({ asset }) => asset))
  }

  #topologyOf(assets: TownFrom['assets']): Topology {
    const known = this.#topologies.get(assets)
    if (known !== undefined) return known
    const made = createTopology(assets)
    this.#topologies.set(assets, made)
    return made
  }
}

const nothing: ReadonlySet<string> = new Set()
const nowhere: TownFrom = {
  version: 0,
  ingest: timeUs(0),
  assets: new Map(),
  rules: new Map(),
  desks: new Map(),
  watched: new Map(),
}
