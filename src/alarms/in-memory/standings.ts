import { getOrMake, Sorted } from './sorted.ts'
import type { Standing } from '../records.ts'
import type { AlarmRow } from '../rows.ts'

/** What stands, found by rule and by asset; kept up to date with every row that is written. */
export class Standings {
  /** By rule, those that are active, in the order of their ids. */
  readonly #active = new Map<string, Sorted<Standing>>()
  /** By asset, those that are active or latched. */
  readonly #onAsset = new Map<string, Map<string, Standing>>()
  readonly #byId = new Map<
    string,
    { readonly standing: Standing; readonly active: boolean }
  >()

  /** An alarm as it is now. */
  put(row: AlarmRow): void {
    const before = this.#byId.get(row.id)
    const standing = standingOf(row)
    const active = row.condition === 'active'
    const isActive = active && standing !== undefined
    if (before?.active === true && !isActive) this.#active.get(row.rule)?.remove(row.id)
    if (standing === undefined) {
      this.#byId.delete(row.id)
      this.#onAsset.get(row.asset)?.delete(row.id)
      return
    }
    this.#byId.set(row.id, { standing, active })
    getOrMake(this.#onAsset, row.asset, () => new Map<string, Standing>()).set(
      row.id,
      standing,
    )
    if (active)
      getOrMake(this.#active, row.rule, () => new Sorted<Standing>()).put(standing)
  }

  isActive(alarm: string): boolean {
    return this.#byId.get(alarm)?.active === true
  }

  get(alarm: string): Standing | undefined {
    return this.#byId.get(alarm)?.standing
  }

  onAsset(asset: string): Iterable<Standing> {
    return this.#onAsset.get(asset)?.values() ?? []
  }

  activeOf(rule: string): readonly Standing[] {
    return this.#active.get(rule)?.all() ?? []
  }
}

function standingOf(row: AlarmRow): Standing | undefined {
  const { id, rule, asset, discriminator, priority, fault_class: faultClass } = row
  const { occurrence, raised_at: raisedAt } = row
  const stands = row.condition === 'active' || row.latched === 1
  if (!stands || occurrence === null || raisedAt === null) return undefined
  return { id, rule, asset, discriminator, priority, faultClass, occurrence, raisedAt }
}
