import type { LookParts } from '../../adapters/opcua/look.ts'
import type { Found } from '../../adapters/workbench.ts'
import { systemClock } from '../../clock.ts'
import { opcuaConnection } from '../../devices/opcua/connection.ts'
import { Problem } from '../../domain/problem.ts'
import { systemRandom } from '../../random.ts'

/** A server that is looked at, and how far it is trusted. */
export interface Looking {
  readonly url: string
  /** SHA-256 of the server's certificate; left out: nothing is signed or encrypted. */
  readonly trust: string | undefined
  /** Where our own certificate is kept. */
  readonly folder: string
}

export interface ProbeRequest extends Looking {
  /** Where to begin: `/0:Objects/p:Station1`. */
  readonly root: string
  /** Prefix → URI, for the prefixes of `root`. */
  readonly namespaces: Readonly<Record<string, string>>
  readonly stop: AbortSignal
  readonly found: (count: number) => void
}

/** Nodes and steps that are looked at. */
const bounds = { mostNodes: 5_000, depth: 8 } as const

/** Looks, only reading, which variables a server has. */
export async function probeNodes(request: ProbeRequest): Promise<readonly Found[]> {
  const { root, namespaces, stop } = request
  const { probeOpcua } = await import('../../adapters/opcua/probe.ts')
  const found: Found[] = []
  const looking = probeOpcua(lookParts(request), { from: root, namespaces, ...bounds })
  for await (const one of looking) {
    found.push(one)
    request.found(found.length)
    if (stop.aborted) break
  }
  return found
}

/** Throws Problem invalid when address or fingerprint cannot be one. */
export function lookParts({ url, trust, folder }: Looking): LookParts {
  const settings = opcuaConnection.safeParse({
    protocol: 'opcua',
    endpoint: url,
    ...(trust === undefined ? { security: inTheOpen } : { trust: [trust] }),
  })
  if (!settings.success) {
    const why = settings.error.issues.map(({ message }) => message).join('; ')
    throw new Problem({
      kind: 'invalid',
      what: 'the server cannot be looked at',
      why,
      next: 'for instance opc.tcp://scada:4840, with --trust 5F:…',
    })
  }
  return {
    settings: settings.data,
    password: undefined,
    folder,
    clock: systemClock,
    random: systemRandom,
  }
}

/** A look that changes nothing and knows no secret may be in the open; a connection may not. */
const inTheOpen = {
  policy: 'None',
  mode: 'None',
  insecure: { accept: true, expires: '9999-12-31' },
} as const
