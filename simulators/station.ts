import { rounded, type DeviceModel } from './device-model.ts'

const stepSeconds = 30
/** Area of the wet well, m². */
const wellArea = 6
const startLevel = 1.8
const stopLevel = 0.8
const pumpLitresPerSecond = 28

/** A wet well with two pumps that take turns. */
export function createStation(random: () => number): DeviceModel {
  let level = 0.9 + random() * 0.6
  let running: 'none' | 'p1' | 'p2' = 'none'
  let next: 'p1' | 'p2' = 'p1'

  function control(): void {
    if (running === 'none' && level >= startLevel) {
      running = next
      next = next === 'p1' ? 'p2' : 'p1'
    } else if (level <= stopLevel) {
      running = 'none'
    }
  }

  return {
    measure({ faults }) {
      const blocked = faults.has('blocked')
      // A blocked pump 1 is commanded all the time: the controller sees no level fall.
      if (blocked) running = 'p1'
      else control()
      const inflow = 9 + random() * 4
      const moved = running === 'none' || blocked ? 0 : pumpLitresPerSecond
      level = Math.max(
        0.2,
        Math.min(4, level + ((inflow - moved) * stepSeconds) / 1_000 / wellArea),
      )
      const amps = (pump: 'p1' | 'p2'): number =>
        running === pump ? rounded((blocked ? 14 : 7.2) + random() * 0.4, 1) : 0
      return {
        level: rounded(level, 3),
        q: rounded(inflow, 1),
        p1: { run: running === 'p1' ? 1 : 0, amps: amps('p1') },
        p2: { run: running === 'p2' ? 1 : 0, amps: amps('p2') },
      }
    },
    stamp: (at) => Math.floor(at / 1_000),
  }
}
