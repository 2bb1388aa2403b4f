import type { FieldDevice } from '../../devices/field-device.ts'
import { fieldsOf, type ModbusLayout, type PollGroup } from '../../devices/modbus/layout.ts'
import { planBlocks, type Block } from '../../devices/modbus/plan.ts'
import {
  modbusAddress,
  type ModbusAddress,
  type ModbusLimits,
} from '../../devices/modbus/type.ts'
import type { Clock, Random } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { elapsed, later, timeUs, type DurationUs, type TimeUs } from '../../domain/time.ts'
import { retryDelay, type Waits } from './back-off.ts'
import { Condition } from './condition.ts'

/** Points of one device that are read together. */
export interface Group {
  readonly name: PollGroup
  readonly period: DurationUs
  /** As planned, or as learnt from refusals since. */
  blocks: readonly Block[]
  due: TimeUs
}

export interface UnitParts {
  readonly device: FieldDevice
  readonly waits: Waits
  readonly clock: Clock
  readonly random: Random
}

/** One device on a line: when it is to be asked for what, and how it has answered. */
export class Unit {
  readonly device: FieldDevice
  readonly address: ModbusAddress
  readonly limits: ModbusLimits
  readonly addressBase: number
  readonly groups: readonly Group[]
  readonly condition: Condition
  /** The last poll is not in the log yet. */
  storing = false
  readonly #parts: UnitParts
  readonly #signature: string
  /** Polls in a row without an answer. */
  #failures = 0
  #retryAt: TimeUs | undefined
  #lagUs = 0

  constructor(parts: UnitParts) {
    const { device, clock } = parts
    const { type } = device
    if (type.protocol !== 'modbus') throw notModbus(device)
    this.#parts = parts
    this.device = device
    this.address = modbusAddress.parse(device.address)
    this.limits = type.modbus.limits
    this.addressBase = type.modbus.addressBase
    this.groups = groupsOf(type, clock.now())
    this.condition = new Condition(clock, 'not asked yet')
    this.#signature = signatureOf(device)
  }

  /** Whether this device is asked in the same way, so that what was learnt holds. */
  isSame(device: FieldDevice): boolean {
    return signatureOf(device) === this.#signature
  }

  /** Polls in a row without an answer. */
  get failures(): number {
    return this.#failures
  }

  /** How late the newest poll was, in seconds. */
  get lagSeconds(): number {
    return this.#lagUs / 1_000_000
  }

  /** When it is to be asked next; undefined when it has no points. */
  readyAt(now: TimeUs): TimeUs | undefined {
    const dues = this.groups.map((group) => this.#believed(group, now))
    if (dues.length === 0) return undefined
    const due = Math.min(...dues)
    return timeUs(Math.max(due, this.#retryTime(now)))
  }

  /**
   * What is to be asked for now; their next time is set. `missed`: polls that had to be left out.
   * Nothing is missed while the unit or its line is left alone for its silence.
   */
  take(
    now: TimeUs,
    line: 'up' | 'was down',
  ): { readonly groups: readonly Group[]; readonly missed: number } {
    const groups = this.groups.filter((group) => this.#believed(group, now) <= now)
    let missed = 0
    this.#lagUs = 0
    for (const group of groups) {
      const late = elapsed(group.due, now)
      const behind = Math.floor(late / group.period)
      group.due = timeUs(group.due + (behind + 1) * group.period)
      if (this.#failures === 0 && line === 'up') {
        missed += behind
        this.#lagUs = Math.max(this.#lagUs, late)
      }
    }
    return { groups, missed }
  }

  answered(): void {
    this.#failures = 0
    this.#retryAt = undefined
    this.condition.ok()
  }

  /** It did not answer: it is left alone for a while, longer each time. */
  silent(): DurationUs {
    const { waits, clock, random } = this.#parts
    this.#failures += 1
    const delay = retryDelay(this.#failures, waits, random)
    this.#retryAt = later(clock.now(), delay)
    return delay
  }

  /** A clock that was set back must not make us wait for hours: at most one period is due. */
  #believed(group: Group, now: TimeUs): TimeUs {
    if (elapsed(now, group.due) > group.period) group.due = now
    return group.due
  }

  #retryTime(now: TimeUs): number {
    if (this.#retryAt === undefined) return 0
    const longest = later(now, this.#parts.waits.longestRetry)
    return Math.min(this.#retryAt, longest)
  }
}

/**
 * The unit to ask now, or when to look again. Those that answer come first, by the time they were
 * due; one that was silent has its turn when nobody else is due, or when it has waited for
 * `longestRetry`. So many dead units together cannot hold up the living.
 */
export function nextUnit(
  units: Iterable<Unit>,
  now: TimeUs,
  waits: Waits,
): { readonly unit: Unit } | { readonly at: TimeUs | undefined } {
  const turns = [...units].flatMap((unit): Turn[] => {
    const ready = unit.readyAt(now)
    if (ready === undefined) return []
    const patient = unit.failures === 0 || elapsed(ready, now) > waits.longestRetry
    return [{ unit, ready, rank: patient ? 0 : 1 }]
  })
  const [first] = turns
    .filter(({ ready }) => ready <= now)
    .toSorted((a, b) => a.rank - b.rank || a.ready - b.ready)
  if (first !== undefined) return { unit: first.unit }
  const [next] = turns.toSorted((a, b) => a.ready - b.ready)
  return { at: next?.ready }
}

interface Turn {
  readonly unit: Unit
  readonly ready: TimeUs
  /** 0 comes before 1. */
  readonly rank: number
}

function groupsOf(type: ModbusLayout, now: TimeUs): Group[] {
  const { poll, limits } = type.modbus
  // What stands below the base is refused when the type is checked; nobody can be asked for it.
  const fields = fieldsOf(type).filter(({ address }) => address >= 0)
  return (['fast', 'slow'] as const)
    .map((name) => ({
      name,
      period: poll[name],
      blocks: planBlocks(
        fields.filter(({ group }) => group === name),
        limits,
      ),
      due: now,
    }))
    .filter(({ blocks }) => blocks.length > 0)
}

function signatureOf({ address, type }: FieldDevice): string {
  return JSON.stringify([address, type])
}

function notModbus({ slug, type }: FieldDevice): Problem {
  return new Problem({
    kind: 'invalid',
    what: `The device ${slug} is on a Modbus line, and its type speaks ${type.protocol}`,
    where: `devices.${slug}`,
    next: 'Give it a type with protocol: modbus, or another connection',
  })
}
