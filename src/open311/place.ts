import { Problem } from '../domain/problem.ts'
import { first, type Parameters } from './parameters.ts'

/** What FixMyStreet says when somebody skipped the map. */
const NOT_PINPOINTED = '#NOTPINPOINTED#'

const LONGEST_ADDRESS = 300

/** Where a report says it is. Nothing at all: the person could not say. */
export interface Whereabouts {
  readonly place?: { readonly lat: number; readonly lon: number }
  /** As a person typed it, also beside a position: somebody's own words, which may name people. */
  readonly address?: string
}

/**
 * Position, or an address in words, or both, or the confession that it is unknown. Throws Problem invalid
 * when nothing was said of it, or a position that cannot be.
 */
export function readPlace(parameters: Parameters): Whereabouts {
  const addressId = first(parameters, 'address_id')
  const words = first(parameters, 'address_string')?.slice(0, LONGEST_ADDRESS)
  const address = words ?? (addressId === NOT_PINPOINTED ? undefined : addressId)
  const said = address === undefined ? {} : { address }
  if (addressId === NOT_PINPOINTED) return said
  const lat = first(parameters, 'lat')
  const lon = first(parameters, 'long')
  if (lat === undefined && lon === undefined) {
    if (address === undefined) throw missing()
    return said
  }
  const place = {
    lat: coordinate('lat', lat, 90),
    lon: coordinate('long', lon, 180),
  }
  // Nobody stands in the Gulf of Guinea: a client that knew nothing sent zeros.
  if (place.lat === 0 && place.lon === 0) throw wrong('lat')
  return { ...said, place }
}

function coordinate(field: string, text: string | undefined, most: number): number {
  if (text === undefined || !/^[+-]?\d{1,3}(?:\.\d{1,20})?$/.test(text)) throw wrong(field)
  const value = Number(text)
  if (Math.abs(value) > most) throw wrong(field)
  return value
}

function missing(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'lat and long, address_string or address_id was not provided',
    where: 'lat',
    next: 'Send one of them',
  })
}

function wrong(field: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${field} is no position`,
    where: field,
    next: 'Send lat and long together, in degrees of WGS 84 with a decimal point',
  })
}
