import { rounded, type DeviceModel } from './device-model.ts'

const nominalVolts = 230
const feederWatts = 990

/** A feeder cabinet. Its own controller lives on a battery when the feeder is cut. */
export function createCabinet(random: () => number): DeviceModel {
  return {
    measure({ dark, faults }) {
      const cut = faults.has('cable')
      const volts = (): number => (cut ? 0 : rounded(nominalVolts + random() * 4, 1))
      return {
        u: [volts(), volts(), volts()],
        p: cut ? 0 : Math.round(dark ? feederWatts + random() * 20 : 6),
        door: 0,
      }
    },
    stamp: (at) => Math.floor(at / 1_000_000),
  }
}
