import type { Position } from '../../domain/position.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Reading } from '../../domain/reading.ts'
import type { ReadingsOfRecord, ReadingStore } from '../../store/reading-store.ts'
import { isRefused, reasonOf, RefusesAllError, type Refusal } from './faults.ts'

/** A reading that the store takes neither with others nor alone. */
export interface RefusedReading {
  readonly organisation: OrganisationId
  readonly position: Position
  readonly reading: Reading
  readonly reason: string
}

/** Readings refused one after another, with none landing between, before the store is doubted. */
const mostInARow = 100

type Store = Pick<ReadingStore, 'rewrite' | 'latest'>

/**
 * Finds the poison in a batch that the store refused whole: halves it, records first and then the
 * readings within one, until what is left is one reading. Everything else lands on the way, without
 * moving the cursor, so a crash in between only means that it is done again.
 *
 * A store that refuses everything is not full of poison. Where nothing lands, a reading that is
 * known to be good is written once more: only if that lands, the others are to blame.
 */
export class PoisonFinder {
  readonly #store: Store
  #inARow = 0
  #knownGood: ReadingsOfRecord | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** The store has taken these. */
  landed(records: readonly ReadingsOfRecord[]): void {
    const record = records.findLast(({ readings }) => readings.length > 0)
    if (record === undefined) return
    this.#inARow = 0
    this.#knownGood = { ...record, readings: record.readings.slice(0, 1) }
  }

  /**
   * Lands all but the poison and gives that. `error` is what the store refused the whole with.
   * Rejects with RefusesAllError, and with whatever else the store fails with.
   */
  async find(
    records: readonly ReadingsOfRecord[],
    error: Refusal,
  ): Promise<readonly RefusedReading[]> {
    const parts = records.filter(({ readings }) => readings.length > 0)
    if (parts.length === 0) throw new RefusesAllError(reasonOf(error), { cause: error })
    const refused: RefusedReading[] = []
    await this.#split(parts, error, refused)
    if (this.#inARow > 0) await this.#doubtStore(parts[0]?.organisation, error)
    return refused
  }

  async #land(part: readonly ReadingsOfRecord[], refused: RefusedReading[]): Promise<void> {
    try {
      await this.#store.rewrite(part)
      this.landed(part)
    } catch (error) {
      if (!isRefused(error)) throw error
      await this.#split(part, error, refused)
    }
  }

  async #split(
    part: readonly ReadingsOfRecord[],
    error: Refusal,
    refused: RefusedReading[],
  ): Promise<void> {
    const halves = halvesOf(part)
    if (halves === undefined) {
      for (const { organisation, position, readings } of part) {
        for (const reading of readings) {
          refused.push({ organisation, position, reading, reason: reasonOf(error) })
        }
      }
      this.#inARow += 1
      if (this.#inARow % mostInARow === 0) {
        await this.#doubtStore(part[0]?.organisation, error)
      }
      return
    }
    for (const half of halves) await this.#land(half, refused)
  }

  /** Throws when not even a good reading lands. */
  async #doubtStore(
    organisation: OrganisationId | undefined,
    error: Refusal,
  ): Promise<void> {
    const good = this.#knownGood ?? (organisation && (await this.#stored(organisation)))
    // On a store that has never taken anything, a few may be poison; more than a few are not.
    if (good === undefined && this.#inARow < mostInARow) return
    if (good !== undefined && (await this.#takes(good))) {
      this.#inARow = 0
      return
    }
    throw new RefusesAllError(
      `the store refused ${this.#inARow} readings one after another, the last with: ${reasonOf(error)}`,
      { cause: error },
    )
  }

  /** Something the store took in an earlier life of this process. */
  async #stored(organisation: OrganisationId): Promise<ReadingsOfRecord | undefined> {
    const [newest] = await this.#store.latest(organisation)
    if (newest === undefined) return undefined
    const { position, ...reading } = newest
    this.#knownGood = { organisation, position, readings: [reading] }
    return this.#knownGood
  }

  async #takes(record: ReadingsOfRecord): Promise<boolean> {
    try {
      await this.#store.rewrite([record])
      return true
    } catch (error) {
      if (isRefused(error)) return false
      throw error
    }
  }
}

/** Undefined for a single reading, which cannot be halved. */
function halvesOf(
  part: readonly ReadingsOfRecord[],
): readonly (readonly ReadingsOfRecord[])[] | undefined {
  if (part.length > 1) {
    const middle = part.length >>> 1
    return [part.slice(0, middle), part.slice(middle)]
  }
  const [record] = part
  if (record === undefined || record.readings.length < 2) return undefined
  const middle = record.readings.length >>> 1
  return [
    [{ ...record, readings: record.readings.slice(0, middle) }],
    [{ ...record, readings: record.readings.slice(middle) }],
  ]
}
