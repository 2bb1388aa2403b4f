import type { AnyBlock } from './targets.ts'

/** Who ends whose silence: by device, and by point for readings that come without their device. */
export function listeners(blocks: readonly AnyBlock[]) {
  const byDevice = new Map<string, number[]>()
  const byPoint = new Map<number, number[]>()
  for (const block of blocks) {
    if (block.kind !== 'processing') continue
    block.targets.forEach(({ devices, points }, index) => {
      for (const device of new Set(devices)) append(byDevice, device, block.first + index)
      for (const point of new Set(points.values()))
        append(byPoint, point, block.first + index)
    })
  }
  return { byDevice, byPoint }
}

function append<K>(lists: Map<K, number[]>, key: K, target: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [target])
  else list.push(target)
}
