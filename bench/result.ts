/** A promise of ours, held against what was measured: a rate has a least, a time a most. */
export type Check = { readonly name: string; readonly measured: number } & (
  | { readonly least: number }
  | { readonly most: number }
)

export function isKept(check: Check): boolean {
  return 'least' in check ? check.measured >= check.least : check.measured <= check.most
}

/** What one bench brings home. */
export interface BenchResult {
  readonly bench: string
  /** By name, with the unit in the name. */
  readonly figures: Readonly<Record<string, number>>
  readonly checks: readonly Check[]
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  return (upper + lower) / 2
}

/** Runs `work` and says how long it took, in seconds. */
export async function seconds(work: () => void | Promise<void>): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1e9
}
