/** How words of a reading stand in the file: as their place in these lists, which only ever grow at the end. */

import type { Quality, QualityCode } from '../../domain/reading.ts'

export const qualities: readonly Quality[] = ['good', 'uncertain', 'bad']

export const qualityCodes: readonly QualityCode[] = [
  'ok',
  'stale',
  'comm_fault',
  'device_fault',
  'out_of_range',
  'decode_error',
  'config_error',
  'clock_suspect',
]

export const goodQuality = 0
export const badQuality = 2

/** Which of the value columns is filled. */
export const valueKinds = { none: 0, number: 1, text: 2, boolean: 3 } as const
