import type { DeviceModel } from './device-model.ts'

const ratedTenths = 620
const standbyTenths = 4
const tooHot = 8

/** A lamp with a controller that knows what the commanded dimming should draw. Powers are in 0.1 W. */
export function createLamp(random: () => number): DeviceModel {
  const rated = Math.round(ratedTenths * (0.96 + random() * 0.08))
  let wattHours = Math.round(random() * 50_000)
  return {
    measure({ dark, faults }) {
      const lit = dark && !faults.has('dark')
      const noise = Math.round((random() - 0.5) * 8)
      const power = lit ? rated + noise : standbyTenths
      if (lit) wattHours += 1
      return {
        p: power,
        dp: dark ? Math.max(0, rated - power) : 0,
        dim: dark ? 100 : 0,
        st: dark ? 1 : 0,
        f: lit && random() < 0.000_1 ? tooHot : 0,
        wh: wattHours,
      }
    },
    stamp: (at) => Math.floor(at / 1_000_000),
  }
}
