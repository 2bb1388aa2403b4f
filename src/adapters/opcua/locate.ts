import type { NodeId } from 'node-opcua'
import { parsePath } from '../../devices/opcua/path.ts'
import type { Wanted } from './items.ts'
import { resolvePaths, type Resolved, type Space } from './resolve.ts'
import type { Watched } from './watched.ts'

/**
 * Finds the nodes of a device that are not watched yet. What is not there is noted at the device, its
 * root under ''; without the root nothing else is looked for.
 */
export async function locate(space: Space, watched: Watched): Promise<readonly Wanted[]> {
  const { namespaces } = watched.type.opcua
  const root = await rootOf(space, watched)
  if (!root.ok) {
    watched.broken.set('', `${watched.root}: ${root.why}`)
    return []
  }
  watched.broken.delete('')
  watched.rootId = root.nodeId
  const missing = watched.places.filter(({ path }) => !watched.items.has(path))
  const sources = watched.conditions.map(({ source }) => source)
  const answers = await resolvePaths(space, root.nodeId, {
    paths: [...missing.map(({ segments }) => segments), ...sources],
    namespaces,
  })
  const wanted: Wanted[] = []
  for (const [index, place] of missing.entries()) {
    const nodeId = noted(watched, place.path, answers[index])
    if (nodeId !== undefined) wanted.push({ owner: watched, place, nodeId })
  }
  for (const [index, condition] of watched.conditions.entries()) {
    condition.nodeId = noted(watched, condition.text, answers[missing.length + index])
  }
  return wanted
}

async function rootOf(space: Space, { root, type }: Watched): Promise<Resolved> {
  const parsed = parsePath(root, 'server')
  if (!parsed.ok) return parsed
  const [place] = await resolvePaths(space, space.opcua.resolveNodeId('RootFolder'), {
    paths: [parsed.segments],
    namespaces: type.opcua.namespaces,
  })
  return place ?? { ok: false, why: 'not found' }
}

function noted(
  { broken }: Watched,
  text: string,
  answer: Resolved | undefined,
): NodeId | undefined {
  if (answer?.ok === true) {
    broken.delete(text)
    return answer.nodeId
  }
  broken.set(text, answer?.why ?? 'not found')
  return undefined
}
