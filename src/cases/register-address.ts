import type { NewReport } from './cases.ts'
import { byStaff } from './check-report.ts'

/**
 * An address that staff gave with a place is a register's; every other one is a person's own words, also
 * beside a place: anybody can send one.
 */
export function registered<R extends Pick<NewReport, 'address' | 'place' | 'source'>>(
  report: R,
): report is R & { readonly address: string } {
  const { address, place, source } = report
  return address !== undefined && place !== undefined && byStaff.has(source)
}
