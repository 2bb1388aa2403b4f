import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Value } from '../../domain/reading.ts'
import type { StoredReading } from '../reading-store.ts'
import { given, measurements } from './measurement.ts'
import type { RolledWindow } from './rolled-window.ts'
import { encodeText } from './text.ts'

/**
 * A reading as a line of the line protocol, with its effective time in µs
 * (https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/). Both clients
 * get whole lines, because their own escaping breaks on a trailing backslash. Throws RangeError for
 * a reading that breaks its contract.
 */
export function readingLine(reading: StoredReading): string {
  const { position, source, server, native } = reading
  let optional = ''
  let mask = 0
  if (source !== undefined) {
    optional += `,source=${whole(source, 'source')}i`
    mask |= given.source
  }
  if (server !== undefined) {
    optional += `,server=${whole(server, 'server')}i`
    mask |= given.server
  }
  if (native !== undefined) {
    optional += `,native=${finite(native, 'native')}`
    mask |= given.native
  }
  return (
    `${measurements.reading}${tags(reading.organisation, reading.point)} ` +
    valueFields(reading.value, reading.quality !== 'bad') +
    `,quality="${reading.quality}",code="${reading.code}"${optional},given=${mask}i` +
    `,ingest=${whole(reading.ingest, 'ingest')}i` +
    `,flags=${whole(reading.flags, 'flags')}i` +
    `,type_version=${whole(reading.typeVersion, 'typeVersion')}i` +
    `,epoch=${quoted(position.epoch)},sequence=${whole(position.sequence, 'sequence')}i` +
    `,idx=${whole(position.index, 'index')}i ${whole(reading.effective, 'effective')}`
  )
}

/** A rolled-up window as a line; its time is where the window begins. */
export function windowLine(window: RolledWindow): string {
  const { organisation, point, width, count, sum, through } = window
  return (
    `${measurements.rolledUp}${tags(organisation, point)},width=${width / 1_000_000} ` +
    `count=${count}i,sum=${sum},mean=${sum / count}` +
    `,min=${window.min.value},max=${window.max.value},last=${window.last.value}` +
    `,min_at=${window.min.at}i,max_at=${window.max.at}i,last_at=${window.last.at}i` +
    `,until=${window.until}i,epoch=${quoted(through.epoch)}` +
    `,sequence=${through.sequence}i,idx=${through.index}i ${window.start}`
  )
}

/**
 * The tags, which decide the series: what is never renamed and nothing else. They need no escaping,
 * which line protocol does not even have for a backslash at the end.
 */
function tags(organisation: OrganisationId, point: PointId): string {
  if (!/^[a-z0-9-]+$/.test(organisation)) {
    throw new RangeError(`a reading's organisation is ${JSON.stringify(organisation)}`)
  }
  return `,organisation=${organisation},point=${whole(point, 'point')}`
}

/** A bad reading never `counts`; its value stands there all the same. */
function valueFields(value: Value, usable: boolean): string {
  if (value === null) return 'kind="none",counts=false'
  if (typeof value === 'number') {
    return `kind="number",counts=${usable},number=${finite(value, 'number')}`
  }
  if (typeof value === 'boolean') {
    return `kind="boolean",counts=${usable},boolean=${value},number=${value ? 1 : 0}`
  }
  return `kind="text",counts=false,text=${quoted(encodeText(value))}`
}

/** A text inside line protocol: quotes and backslashes with a backslash before them. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`
}

function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new RangeError(`a reading's ${name} is ${value}`)
  return value
}

function whole(value: number, name: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a reading's ${name} is ${value}`)
  return value
}
