import { Problem } from '../src/domain/problem.ts'

/** What can go wrong in the town, by name. */
export const faults = {
  dark: 'a lamp draws no power though it is commanded on',
  cable: 'the feeder behind a cabinet is cut: no voltage, and its lamps fall silent',
  blocked: 'pump 1 runs heavy and moves nothing',
  stuck: 'every value stays what it was',
  silent: 'the device says nothing',
} as const
export type FaultName = keyof typeof faults

/** One fault of one device, written `lamp-17:dark`; `lamp-17:mended` ends them. */
export interface Fault {
  readonly device: string
  readonly name: FaultName | 'mended'
}

/** Parses `lamp-17:dark`. Throws Problem invalid that lists the names. */
export function parseFault(text: string): Fault {
  const [device = '', name = '', ...rest] = text.split(':')
  if (device !== '' && rest.length === 0 && isFaultName(name)) return { device, name }
  throw new Problem({
    kind: 'invalid',
    what: `"${text}" is not a fault`,
    why: `a fault is device:name, and the names are ${Object.keys(faults).join(', ')} and mended`,
    next: 'for instance lamp-17:dark, cabinet-1:cable or station-1:blocked',
  })
}

function isFaultName(name: string): name is Fault['name'] {
  return name === 'mended' || Object.hasOwn(faults, name)
}
