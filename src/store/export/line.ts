import { readingLine } from '../influx/line.ts'
import type { LineFormat } from './format.ts'

/** Line protocol with times in µs: the very lines that the InfluxDB stores are given (docs/influx.md). */
export const line: LineFormat = {
  head: '',
  row: ({ reading }) => `${readingLine(reading)}\n`,
}
