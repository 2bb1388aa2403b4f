/** A series of one point, thinned by the server when it is longer than asked for. */

import { durationUs, HOUR, timeUs } from '../../domain/time.ts'
import type { Sample, Series, SeriesRequest } from '../reading-store.ts'
import { byTime, parametersOf, where, type Selection } from './influxql.ts'
import { measurements } from './measurement.ts'
import { pagesOf } from './pages.ts'
import { Picture, type Frame } from './picture.ts'
import type { Asks } from './points.ts'
import { allOfWindows, rolledWindow } from './rolled-window.ts'
import { numberIn, rowsOf, sampleOf, timeIn, type Row } from './rows.ts'

const day = durationUs(24 * HOUR)
const sampleFields = ['kind', 'number', 'text', 'boolean', 'quality'] as const
const columns = sampleFields.map((field) => `"${field}"`).join(', ')
const raw = `FROM "${measurements.reading}"`
const rolledUp = `FROM "${measurements.rolledUp}"`

export async function readSeries(server: Asks, request: SeriesRequest): Promise<Series> {
  const selection = { ...request, points: [request.point] }
  const whole = await readWhole(server, selection, request.limit)
  return whole ?? (await readThinned(server, selection, request.limit))
}

/** Every sample of the range, with how many readings they stand for; undefined when they are too many. */
async function readWhole(
  server: Asks,
  selection: Selection & SeriesRequest,
  limit: number,
): Promise<Series | undefined> {
  const { organisation, point } = selection
  const more = `LIMIT ${limit + 1}`
  const [readings = [], windows = []] = await askRows(server, selection, [
    `SELECT ${columns} ${raw} ${where(selection)} ${more}`,
    `SELECT ${allOfWindows.fields.map((field) => `"${field}"`).join(', ')} ${rolledUp} ` +
      `${where(touching(selection))} ${more}`,
  ])
  if (readings.length > limit || windows.length > limit) return undefined
  const kept = windows.map((row) => rolledWindow(row, organisation, point))
  const samples = inOrder([
    ...readings.map(sampleOf),
    ...kept.flatMap(windowSamples).filter(({ at }) => isInside(selection, at)),
  ])
  if (samples.length > limit) return undefined
  const stands = kept.filter(({ start }) => isInside(selection, start))
  const total = readings.length + stands.reduce((sum, { count }) => sum + count, 0)
  return { samples, total, thinned: stands.length > 0 }
}

interface Summary {
  /** Undefined when there is not a single reading. */
  readonly frame: Frame | undefined
  readonly total: number
  readonly texts: number
}

async function readThinned(
  server: Asks,
  selection: Selection & SeriesRequest,
  limit: number,
): Promise<Series> {
  const { frame, total, texts } = await summarise(server, selection, limit)
  if (frame === undefined) return { samples: [], total: 0, thinned: false }
  const picture = new Picture(frame)
  // InfluxDB finds the extremes of numbers, with the times they had; texts have to be looked at.
  if (texts > 0) await addEvery(server, selection, picture)
  else await addExtremes(server, selection, { picture, frame })
  await addWindows(server, selection, { picture, frame })
  return { samples: picture.samples(), total, thinned: true }
}

async function summarise(
  server: Asks,
  selection: Selection & SeriesRequest,
  limit: number,
): Promise<Summary> {
  const answers = await askRows(server, selection, [
    `SELECT count("flags") ${raw} ${where(selection)}`,
    `SELECT count("number") ${raw} ${where(selection, '"counts" = true')}`,
    `SELECT count("text") ${raw} ${where(selection, `"kind" = 'text'`, `"quality" != 'bad'`)}`,
    `SELECT sum("count") ${rolledUp} ${where(selection)}`,
    `SELECT first("flags") ${raw} ${where(selection)}`,
    `SELECT last("flags") ${raw} ${where(selection)}`,
    `SELECT first("count") ${rolledUp} ${where(touching(selection))}`,
    `SELECT last("count") ${rolledUp} ${where(touching(selection))}`,
  ])
  const [readings = 0, numbers = 0, texts = 0, rolled = 0] = answers
    .slice(0, 4)
    .map(([row = {}]) => numberIn(row, 'count') + numberIn(row, 'sum'))
  const times = answers.slice(4).flatMap((rows) => rows.map((row) => timeIn(row)))
  const frame =
    times.length === 0
      ? undefined
      : {
          first: timeUs(Math.min(...times)),
          last: timeUs(Math.max(...times)),
          limit,
          gaps: readings > numbers + texts,
        }
  return { frame, total: readings + rolled, texts }
}

interface Drawing {
  readonly picture: Picture
  readonly frame: Frame
}

/** `top` and `bottom` give the times of the points themselves, where `max` and `min` give the part's. */
async function addExtremes(
  server: Asks,
  selection: Selection,
  { picture, frame }: Drawing,
): Promise<void> {
  const parts = `GROUP BY ${byTime(picture.width, frame.first)}`
  const counted = where(selection, '"counts" = true')
  const gaps = where(selection, '"counts" = false')
  const aside = '"kind", "boolean", "quality"'
  const answers = await askRows(server, selection, [
    `SELECT bottom("number", 1) AS "number", ${aside} ${raw} ${counted} ${parts}`,
    `SELECT top("number", 1) AS "number", ${aside} ${raw} ${counted} ${parts}`,
    `SELECT ${columns} ${raw} ${where(selection)} LIMIT 1`,
    `SELECT ${columns} ${raw} ${where(selection)} ORDER BY time DESC LIMIT 1`,
    ...(frame.gaps
      ? [`SELECT bottom("ingest", 1) AS "ingest", "quality" ${raw} ${gaps} ${parts}`]
      : []),
  ])
  for (const row of answers.flat()) picture.add(sampleOf(row))
}

async function addEvery(
  server: Asks,
  selection: Selection & SeriesRequest,
  picture: Picture,
): Promise<void> {
  const { organisation, point, from, to } = selection
  const table = {
    measurement: measurements.reading,
    counted: 'flags',
    fields: sampleFields,
  }
  const range = { organisation, points: [point], from, to }
  for await (const page of pagesOf(server, table, range)) {
    for (const row of page.flatMap(({ rows }) => rows)) picture.add(sampleOf(row))
  }
}

async function addWindows(
  server: Asks,
  selection: Selection & SeriesRequest,
  { picture, frame }: Drawing,
): Promise<void> {
  const wide = touching(selection)
  const parts = `GROUP BY ${byTime(picture.width, frame.first)}`
  const answers = await askRows(server, selection, [
    `SELECT bottom("min", 1) AS "value", "min_at" AS "at" ${rolledUp} ${where(wide)} ${parts}`,
    `SELECT top("max", 1) AS "value", "max_at" AS "at" ${rolledUp} ${where(wide)} ${parts}`,
  ])
  for (const row of answers.flat()) {
    const at = timeIn(row, 'at')
    if (isInside(selection, at)) picture.add(good(numberIn(row, 'value'), at))
  }
}

/** Windows that can have a value inside the range: none is wider than a day. */
function touching<T extends SeriesRequest>(selection: T): T {
  return { ...selection, from: timeUs(selection.from - day) }
}

/** The extremes of a window and its last value, each value once. */
function windowSamples({
  min,
  max,
  last,
}: ReturnType<typeof rolledWindow>): readonly Sample[] {
  const byValue = new Map([min, max, last].map((held) => [held.value, held]))
  return [...byValue.values()].map(({ value, at }) => good(value, at))
}

function good(value: number, at: Sample['at']): Sample {
  return { at, value, quality: 'good' }
}

/** By time, one for each; the first of two stays. */
function inOrder(samples: readonly Sample[]): Sample[] {
  const kept = new Map<number, Sample>()
  for (const sample of samples) if (!kept.has(sample.at)) kept.set(sample.at, sample)
  return [...kept.values()].toSorted((a, b) => a.at - b.at)
}

function isInside({ from, to }: SeriesRequest, at: number): boolean {
  return at >= from && at < to
}

/** Each statement in a request of its own: the server has more than one core. */
async function askRows(
  server: Asks,
  selection: Selection,
  statements: readonly string[],
): Promise<readonly (readonly Row[])[]> {
  const parameters = parametersOf(selection)
  return await Promise.all(
    statements.map(async (statement) => {
      const [series = []] = await server.ask({ statements: [statement], parameters })
      return series.flatMap(rowsOf)
    }),
  )
}
