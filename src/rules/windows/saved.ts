/** Reading back what a row saved. All of them throw an Error that says what stands there wrongly. */

export function refuse(expected: string): never {
  throw new Error(`a saved window should have ${expected}`)
}

/** A list of exactly `length` parts; any number of them when left out. */
export function savedList(saved: unknown, length?: number): readonly unknown[] {
  if (!Array.isArray(saved)) refuse('a list')
  const list: readonly unknown[] = saved
  if (length !== undefined && list.length !== length) refuse(`${length} parts`)
  return list
}

export function savedNumber(saved: unknown): number {
  if (typeof saved !== 'number' || !Number.isFinite(saved)) refuse('a finite number')
  return saved
}

export function savedNumbers(saved: unknown): readonly number[] {
  return savedList(saved).map(savedNumber)
}

/** A time in whole µs. */
export function savedTime(saved: unknown): number {
  const at = savedNumber(saved)
  if (!Number.isSafeInteger(at)) refuse('whole µs')
  return at
}

/** 0 or 1. */
export function savedBit(saved: unknown): 0 | 1 {
  if (saved !== 0 && saved !== 1) refuse('0 or 1')
  return saved
}
