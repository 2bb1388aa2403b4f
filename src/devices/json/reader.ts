import { compileTime, timeOf } from '../compile-type.ts'
import type { ContextReader } from '../context-reader.ts'
import type { TypeOf } from '../device-type.ts'
import type { Message } from '../message-reader.ts'
import { programOf } from '../program-of.ts'
import { readRoot, type RootReader } from '../read-root.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { createMessageParser } from './parse-message.ts'

/**
 * Reads messages of a type whose JSON goes through code, or comes from a codec. Undefined when paths
 * are all there is, because then the decoder walks the message itself.
 */
export function jsonReader(
  type: TypeOf<'mqtt'> | TypeOf<'http'>,
  sandbox: Sandbox,
): ContextReader | undefined {
  const program = programOf(type)
  if (program === undefined) return undefined
  const parse = createMessageParser()
  const time = timeOf(type)
  const root: RootReader = readRoot(type.points, time && compileTime(time))
  return async (payload, { ingest, params }): Promise<Message> => {
    const job = { params, envelope: {}, now: ingest / 1_000 }
    if (program.codec !== undefined) {
      const uplink = { bytes: payload, fPort: 0 }
      return root(await sandbox.run(program, { ...job, uplink }), {})
    }
    const parsed = parse(payload)
    if (!parsed.ok) return parsed
    return root(await sandbox.run(program, { ...job, root: parsed.root }), {})
  }
}
