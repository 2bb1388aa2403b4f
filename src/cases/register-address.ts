import type { NewReport } from './cases.ts'

/** An address that came with a place is a register's; without one it is the person's own words. */
export function registered(
  report: NewReport,
): report is NewReport & { readonly address: string } {
  return report.address !== undefined && report.place !== undefined
}
