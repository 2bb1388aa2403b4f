import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { exportBytes } from '../store/export/bytes.ts'
import type { ExportFormat, NamedReading } from '../store/export/format.ts'

export interface ReadingsToSend {
  readonly format: ExportFormat
  readonly rows: AsyncGenerator<readonly NamedReading[]>
  /** The answer is cut off at the row after these. Left out: no such bound. */
  readonly most?: number
}

/** Media types of the formats. Line protocol has none of its own. */
const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
  line: 'text/plain; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
}

/**
 * Answers with the rows as they come, no faster than the client takes them. Rejects with the
 * Problem of the first page, so that a refusal is an answer of its own; what fails later cuts the
 * connection, and the trailer `readings`, the number of rows, never comes.
 */
export async function sendReadings(
  reply: FastifyReply,
  { format, rows, most = Number.POSITIVE_INFINITY }: ReadingsToSend,
): Promise<void> {
  const first = await rows.next()
  let count = 0
  async function* counted(): AsyncGenerator<readonly NamedReading[]> {
    let page: IteratorResult<readonly NamedReading[]> = first
    for (; page.done !== true; page = await rows.next()) {
      count += page.value.length
      if (count > most) throw new Error(`an export of more than ${most} rows was cut off`)
      yield page.value
    }
  }
  const stream = Readable.from(exportBytes(format, counted()), { objectMode: false })
  // Also when nobody ever read from it: the store must not keep a scan open.
  stream.once('close', () => {
    rows.return(undefined).catch((error: unknown) => {
      reply.log.error({ err: error }, 'a scan could not be ended')
    })
  })
  reply.trailer('readings', () => Promise.resolve(String(count)))
  await reply
    .type(mediaTypes[format])
    .header('content-disposition', `attachment; filename="readings.${format}"`)
    .send(stream)
}
