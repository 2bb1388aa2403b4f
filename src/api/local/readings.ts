import { z } from 'zod'
import { organisationId, slug } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { importConnection, importMessage, importRow } from '../../devices/import-message.ts'
import type { LocalParts } from './parts.ts'

const body = z.strictObject({
  organisation: organisationId,
  device: slug,
  rows: z.array(importRow).min(1).max(2_000),
})

/** Brings recorded rows in through the reading log, as a device would have sent them. */
export async function importReadings(
  parts: LocalParts,
  input: unknown,
): Promise<{ stored: number }> {
  const { organisation, device, rows } = body.parse(input)
  const configuration = await parts.configurations.current(organisation)
  const known = configuration?.decode.devices.get(device)
  if (known === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: `there is no device ${device} in ${organisation}`,
      next: 'apply a configuration with this device first',
    })
  }
  const missing = new Set(rows.flatMap((row) => Object.keys(row.values))).difference(
    new Set(known.points.keys()),
  )
  if (missing.size > 0) {
    throw new Problem({
      kind: 'invalid',
      what: `the device has no point ${[...missing].join(', ')}`,
      why: `its type ${known.type.type} has ${[...known.points.keys()].join(', ')}`,
      next: 'correct --map',
    })
  }
  await Promise.all(
    rows.map((row) =>
      parts.log.append({
        kind: 'envelope',
        organisation,
        connection: importConnection,
        device,
        topic: 'import',
        payload: importMessage(row),
        ingest: parts.clock.now(),
        retained: false,
      }),
    ),
  )
  return { stored: rows.length }
}
