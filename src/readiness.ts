import type { Health } from './adapters/adapter.ts'
import type { Readiness } from './api/parts.ts'
import type { Core } from './core.ts'
import type { Gateway } from './gateway/gateway.ts'
import { readHold } from './delivery/hold.ts'
import { toIso } from './domain/time.ts'

type Asked = Pick<Core, 'database' | 'log' | 'logKeeper' | 'consumers'>

/** What each part of the process says of itself; it is ready when all are. */
export async function readiness(
  core: Asked,
  {
    gateway,
    delivers,
  }: { readonly gateway: Gateway | undefined; readonly delivers: boolean },
): Promise<Readiness> {
  const parts = [await databaseState(core), logState(core), ...consumerStates(core)]
  if (delivers) parts.push(await deliveryState(core))
  if (gateway !== undefined) {
    const { state, detail } = gateway.own.health()
    parts.push({ name: gateway.own.connection, ready: state === 'online', detail })
    for (const other of gateway.others)
      parts.push(stateOfOther(other.connection, other.health()))
    for (const { organisation, name, protocol, health } of gateway.connections())
      if (protocol !== 'mqtt') parts.push(stateOfOther(`${organisation}/${name}`, health))
  }
  return { ready: parts.every(({ ready }) => ready), parts }
}

type Part = Readiness['parts'][number]

async function databaseState({ database }: Asked): Promise<Part> {
  const name = 'database'
  try {
    await database.installation.query
      .selectFrom('installation')
      .select('key')
      .limit(1)
      .execute()
    return { name, ready: true, detail: 'answers' }
  } catch (error) {
    return { name, ready: false, detail: String(error) }
  }
}

/** What belongs to others and is away is said, and is no reason to take the service out. */
function stateOfOther(name: string, { state, detail }: Health): Part {
  return { name, ready: true, detail: `${state}: ${detail}` }
}

/** A weak log is said, and is no reason to take the service out. */
function logState({ log, logKeeper }: Asked): Part {
  const { ready = true, detail } = logKeeper?.health() ?? {}
  const keeps = log.weakness ?? 'keeps what it acknowledges'
  return {
    name: 'log',
    ready,
    detail: detail === undefined ? keeps : `${keeps}; ${detail}`,
  }
}

/** Held deliveries are said, and are no reason to take the service out. */
async function deliveryState({ database }: Asked): Promise<Part> {
  const name = 'delivery'
  try {
    const hold = await readHold(database)
    if (hold === undefined) return { name, ready: true, detail: 'sends' }
    const detail = `held since ${toIso(hold.since)}: ${hold.why}; gatuvakt deliveries release`
    return { name, ready: true, detail }
  } catch (error) {
    return { name, ready: false, detail: String(error) }
  }
}

/**
 * History that waits to be written is said, and is no reason to take the service out: readings wait in
 * the log, and alarms do not wait at all. When the log has no more room for them, the log says so.
 */
function consumerStates({ consumers }: Asked): readonly Part[] {
  return Object.entries(consumers).map(([name, consumer]) => {
    const failure = consumer.failure()
    const ready = failure === undefined || name === 'projector'
    return { name, ready, detail: failure ?? 'keeps up' }
  })
}
