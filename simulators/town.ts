import {
  durationUs,
  later,
  SECOND,
  type DurationUs,
  type TimeUs,
} from '../src/domain/time.ts'
import { createCabinet } from './cabinet.ts'
import type { DeviceModel, World } from './device-model.ts'
import type { Fault, FaultName } from './fault.ts'
import { createLamp } from './lamp.ts'
import { seededNumbers } from './seeded-random.ts'
import { createStation } from './station.ts'
import { isDark } from './sky.ts'
import { Problem } from '../src/domain/problem.ts'

/** A device of the town and where it stands. */
export interface TownDevice {
  readonly device: string
  readonly kind: 'lamp' | 'cabinet' | 'station'
  readonly topic: string
  readonly place: { readonly lat: number; readonly lon: number }
  /** The cabinet that feeds a lamp. */
  readonly fedBy?: string
}

/** What a device says, and when. */
export interface TownMessage {
  readonly device: string
  readonly topic: string
  readonly payload: string
  readonly at: TimeUs
}

/** A small town whose devices report as real ones do. Depends on its seed and its clock alone. */
export interface Town {
  /** Everything said after the last call and until `to`, in order of time. */
  advance(to: TimeUs): readonly TownMessage[]
  /** When the next device speaks. */
  nextDue(): TimeUs
  has(device: string): boolean
  /**
   * Throws Problem not_found for a device the town does not have, invalid for a fault that this kind
   * of device cannot have.
   */
  inject(fault: Fault): void
}

export interface TownParts {
  readonly seed: number
  readonly start: TimeUs
  readonly devices: readonly TownDevice[]
  /** Added to the time before looking at the sky, so that a demo can begin at night. */
  readonly skyOffset?: number
}

const interval: Record<TownDevice['kind'], DurationUs> = {
  lamp: durationUs(60 * SECOND),
  cabinet: durationUs(60 * SECOND),
  station: durationUs(30 * SECOND),
}

const make: Record<TownDevice['kind'], (random: () => number) => DeviceModel> = {
  lamp: createLamp,
  cabinet: createCabinet,
  station: createStation,
}

/** What can go wrong with each kind of device; anything can be silent or stuck. */
const canHave: Record<TownDevice['kind'], FaultName> = {
  lamp: 'dark',
  cabinet: 'cable',
  station: 'blocked',
}

interface Resident {
  readonly told: TownDevice
  readonly model: DeviceModel
  readonly faults: Set<FaultName>
  due: TimeUs
  lastSaid: Record<string, unknown> | undefined
}

export function createTown(parts: TownParts): Town {
  const random = seededNumbers(parts.seed)
  const residents = new Map<string, Resident>()
  for (const told of parts.devices) {
    const phase = durationUs(random() * interval[told.kind])
    residents.set(told.device, {
      told,
      model: make[told.kind](random),
      faults: new Set(),
      due: later(parts.start, phase),
      lastSaid: undefined,
    })
  }

  function world(resident: Resident): World {
    const { told, faults } = resident
    const feeder = told.fedBy === undefined ? undefined : residents.get(told.fedBy)
    return {
      at: resident.due,
      dark: isDark(told.place, (resident.due + (parts.skyOffset ?? 0)) as TimeUs),
      powered: !(feeder?.faults.has('cable') ?? false),
      faults,
    }
  }

  function speak(resident: Resident): TownMessage | undefined {
    const around = world(resident)
    const fresh = resident.model.measure(around)
    const silent = resident.faults.has('silent') || !around.powered
    const stuck = resident.faults.has('stuck') ? resident.lastSaid : undefined
    const said = stuck ?? fresh
    resident.lastSaid = said
    if (silent) return undefined
    const payload = JSON.stringify({ ts: resident.model.stamp(around.at), ...said })
    return {
      device: resident.told.device,
      topic: resident.told.topic,
      payload,
      at: around.at,
    }
  }

  function nextResident(): Resident | undefined {
    let next: Resident | undefined
    for (const resident of residents.values()) {
      if (next === undefined || resident.due < next.due) next = resident
    }
    return next
  }

  return {
    advance(to) {
      const messages: TownMessage[] = []
      for (;;) {
        const resident = nextResident()
        if (resident === undefined || resident.due > to) return messages
        const message = speak(resident)
        if (message !== undefined) messages.push(message)
        resident.due = later(resident.due, interval[resident.told.kind])
      }
    },
    nextDue: () => nextResident()?.due ?? parts.start,
    has: (device) => residents.has(device),
    inject({ device, name }) {
      const resident = residents.get(device)
      if (resident === undefined) {
        throw new Problem({
          kind: 'not_found',
          what: `the town has no device ${device}`,
          next: 'take a name such as lamp-17, cabinet-1 or station-1',
        })
      }
      const { kind } = resident.told
      const possible = [canHave[kind], 'stuck', 'silent', 'mended']
      if (!possible.includes(name)) {
        throw new Problem({
          kind: 'invalid',
          what: `${device} cannot be ${name}`,
          why: `it is a ${kind}`,
          next: `take one of ${possible.join(', ')}`,
        })
      }
      if (name === 'mended') resident.faults.clear()
      else resident.faults.add(name)
    },
  }
}
