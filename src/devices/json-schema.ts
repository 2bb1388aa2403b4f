import { z } from 'zod'
import { deviceTypeFile } from './device-type.ts'

/**
 * The JSON Schema (draft-07) of a `type.yaml`, for editors: what may stand where, and in which words.
 * What must hold between several fields, the check of types finds out.
 */
export function deviceTypeJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(deviceTypeFile, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  })
  return { $schema, title: 'Device type of Gatuvakt', ...schema }
}
