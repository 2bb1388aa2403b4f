import { z } from 'zod'
import { Problem } from '../../domain/problem.ts'
import { refusedStatement } from './failures.ts'
import type { Answers, Cell } from './influx-server.ts'

// Rows are by far the most of an answer: their cells are looked at where they are used.
const rows = z.custom<readonly (readonly Cell[])[]>(Array.isArray)

const answer = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      partial: z.boolean().optional(),
      series: z
        .array(
          z.object({
            tags: z.record(z.string(), z.string()).default({}),
            columns: z.array(z.string()),
            values: rows.default([]),
            partial: z.boolean().optional(),
          }),
        )
        .default([]),
    }),
  ),
})

/**
 * The answer of `/query` (https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint).
 * Throws Problem for an error it carries, for an answer the server cut off, and for what is no
 * answer of an InfluxDB.
 */
export function parseAnswer(body: unknown, statements: number): Answers {
  const parsed = answer.safeParse(body)
  if (!parsed.success || parsed.data.results.length !== statements) {
    // After an error InfluxDB leaves out the statements that follow.
    const error = parsed.data?.results.find((result) => result.error !== undefined)?.error
    if (error !== undefined) throw refusedStatement(error)
    throw new Problem({
      kind: 'unavailable',
      what: 'What answers is no InfluxDB',
      why: 'its answer to a query is not the one InfluxDB documents',
      next: 'Check the address',
    })
  }
  return parsed.data.results.map(({ error, partial, series }) => {
    if (error !== undefined) throw refusedStatement(error)
    if (partial === true || series.some((one) => one.partial === true)) {
      throw new Problem({
        kind: 'unavailable',
        what: 'InfluxDB cuts its answers off',
        why: 'the server limits the rows of an answer (max-row-limit) to fewer than 10,000',
        next: 'Set max-row-limit to 0 or to at least 100000',
      })
    }
    return series
  })
}
