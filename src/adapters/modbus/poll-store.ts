import { writeMessage, type MessageBlock } from '../../devices/modbus/message.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { AdapterContext } from '../adapter.ts'
import type { Unit } from './unit.ts'

export interface PollStoreParts {
  readonly connection: string
  readonly organisation: OrganisationId
}

/** The way of polls to the log: one of each unit at most, while the next unit is asked. */
export class PollStore {
  readonly #parts: PollStoreParts
  readonly #context: AdapterContext
  readonly #storing = new Set<Promise<void>>()
  #refused: string | undefined

  constructor(parts: PollStoreParts, context: AdapterContext) {
    this.#parts = parts
    this.#context = context
  }

  /** Why the log refused the newest poll; undefined when it took it. */
  get refused(): string | undefined {
    return this.#refused
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#storing)
  }

  put(unit: Unit, blocks: readonly MessageBlock[]): void {
    if (unit.storing) return this.overrun(unit, 'a poll left out: the log is not ready')
    unit.storing = true
    const storing = this.#append(unit, blocks).finally(() => {
      unit.storing = false
      this.#storing.delete(storing)
    })
    this.#storing.add(storing)
  }

  /** A poll that was not made, or not kept. */
  overrun(unit: Unit, what: string): void {
    this.#note('poll_overrun', `${unit.device.slug}: ${what}`)
  }

  async #append(unit: Unit, blocks: readonly MessageBlock[]): Promise<void> {
    const { connection, organisation } = this.#parts
    const { clock, append } = this.#context
    const { unit: number, offset } = unit.address
    try {
      await append({
        kind: 'envelope',
        organisation,
        connection,
        device: unit.device.id,
        topic: `unit/${number}`,
        payload: writeMessage({
          v: 1,
          unit: number,
          ...(offset !== undefined && { offset }),
          blocks: [...blocks],
        }),
        ingest: clock.now(),
        retained: false,
      })
      this.#refused = undefined
    } catch (error) {
      this.#refused = error instanceof Error ? error.message : String(error)
      this.#note(
        'not_stored',
        `${unit.device.slug}: a poll was not stored: ${this.#refused}`,
      )
    }
  }

  #note(reason: string, detail: string): void {
    const { connection, organisation } = this.#parts
    this.#context.refuse({ organisation, source: `modbus:${connection}`, reason, detail })
  }
}
