import type { DeviceType } from '../devices/device-type.ts'
import { createMessageParser } from '../devices/json/parse-message.ts'
import { compilePath } from '../devices/json/path.ts'
import type { ReadContext } from '../devices/context-reader.ts'
import { readerOf } from '../devices/reader.ts'
import { sharedSandbox } from '../devices/sandbox/shared.ts'

/** Longest raw value that is shown, in characters. */
const LONGEST = 200

const parse = createMessageParser()

/** What a message says of each point before anything was made of it, as text. */
export async function rawValues(
  type: DeviceType,
  payload: Uint8Array,
  context: ReadContext,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const read = readerOf(type, sharedSandbox)
  if (read === undefined) {
    const parsed = parse(payload)
    if (!parsed.ok) return found
    for (const [key, point] of Object.entries(type.points)) {
      if (!('path' in point) || point.path === undefined) continue
      note(found, key, compilePath(point.path).read(parsed.root))
    }
    return found
  }
  const message = await read(payload, context)
  if (!message.ok) return found
  for (const key of Object.keys(type.points)) note(found, key, message.say(key).at(-1)?.raw)
  return found
}

function note(found: Map<string, string>, key: string, raw: unknown): void {
  if (raw === undefined) return
  const text = typeof raw === 'bigint' ? String(raw) : (JSON.stringify(raw) ?? '')
  found.set(key, text.slice(0, LONGEST))
}
