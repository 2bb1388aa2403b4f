import type { FieldDevice } from '../../devices/field-device.ts'
import { writeMessage, type OpcuaValue } from '../../devices/opcua/message.ts'
import type { ProblemDetails } from '../../domain/problem.ts'
import { chunksOf } from './chunks.ts'
import { diagnose } from './diagnose.ts'
import { createEncoder } from './encode.ts'
import { locate } from './locate.ts'
import { openLook, type Look, type LookParts } from './look.ts'
import { batches } from './resolve.ts'
import { watch } from './watched.ts'

/** What a server said of one device when it was asked once. */
export interface ReadOnce {
  /** As it would stand in the log; at most the first 200 values. */
  readonly payload: Uint8Array
  /** What the type names and the server does not have. */
  readonly findings: readonly ProblemDetails[]
}

/** Reads every value of a device once, and says which of its nodes are not there. Changes nothing. */
export async function readOnce(parts: LookParts, device: FieldDevice): Promise<ReadOnce> {
  await using look = await openLook(parts)
  const findings = await diagnose(look.space, device)
  const [values = []] = chunksOf(await valuesOf(look, device))
  return { payload: writeMessage({ v: 1, values }), findings }
}

async function valuesOf(
  { space, limits }: Look,
  device: FieldDevice,
): Promise<OpcuaValue[]> {
  const watched = watch(device)
  if (watched === undefined) return []
  const { opcua, session } = space
  const encode = createEncoder(opcua)
  const values: OpcuaValue[] = []
  for (const batch of batches(await locate(space, watched), limits.read)) {
    const nodes = batch.map(({ nodeId }) => ({
      nodeId,
      attributeId: opcua.AttributeIds.Value,
    }))
    const answers = await session.read(nodes)
    for (const [index, { place }] of batch.entries()) {
      const answer = answers[index]
      // It was asked for, so it is as true as when it was said.
      if (answer !== undefined)
        values.push({ ...encode(place.path, answer), standing: true })
    }
  }
  return values
}
