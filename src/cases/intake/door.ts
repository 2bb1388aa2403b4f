import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'

/** Reports of one organisation that are written at once; the next ones wait behind them. */
export const AT_ONCE = 4
/** With so many before it a report is accepted first and placed later. */
export const CROWD = 10
/** Reports of one organisation that may wait at the door of one process. */
export const DOOR_MAX = 2_000
/** When those who were refused may come again. */
const AGAIN_SECONDS = 5

interface Row {
  inside: number
  readonly waiting: (() => void)[]
}

/**
 * The door that reports come through, in one process. Each organisation has a row of its own of which
 * few are inside at once, so that whoever writes next never stands behind another one's storm.
 */
export class Door {
  readonly #rows = new Map<OrganisationId, Row>()

  /**
   * Does it when it is its turn. `crowded` says whether many came before. Throws Problem unavailable
   * when too many wait.
   */
  async enter<T>(
    organisation: OrganisationId,
    body: (crowded: boolean) => Promise<T>,
  ): Promise<T> {
    const row = this.#rows.get(organisation) ?? { inside: 0, waiting: [] }
    this.#rows.set(organisation, row)
    const before = row.inside + row.waiting.length
    if (row.waiting.length >= DOOR_MAX) throw full()
    if (row.inside >= AT_ONCE) {
      // Whoever leaves hands over its place.
      await new Promise<void>((resolve) => row.waiting.push(resolve))
    } else {
      row.inside += 1
    }
    try {
      return await body(before >= CROWD)
    } finally {
      this.#leave(organisation, row)
    }
  }

  #leave(organisation: OrganisationId, row: Row): void {
    const next = row.waiting.shift()
    if (next !== undefined) {
      next()
      return
    }
    row.inside -= 1
    if (row.inside === 0) this.#rows.delete(organisation)
  }
}

function full(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'So many report now that no more can be taken in.',
    why: `${DOOR_MAX} reports wait to be written down.`,
    next: 'Send it again in a minute; call if somebody is in danger.',
    facts: { retryAfterSeconds: AGAIN_SECONDS },
  })
}
