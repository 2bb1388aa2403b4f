import type { Adapter } from './adapters/adapter.ts'
import type { Readiness } from './api/parts.ts'
import type { Core } from './core.ts'

/** What each part of the process says of itself; it is ready when all are. */
export async function readiness(
  core: Core,
  adapters: readonly Adapter[],
): Promise<Readiness> {
  const parts = [await databaseState(core), ...consumerStates(core)]
  for (const adapter of adapters) {
    const { state, detail } = adapter.health()
    parts.push({ name: adapter.connection, ready: state === 'online', detail })
  }
  return { ready: parts.every(({ ready }) => ready), parts }
}

type Part = Readiness['parts'][number]

async function databaseState({ database }: Core): Promise<Part> {
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

function consumerStates({ consumers }: Core): readonly Part[] {
  return Object.entries(consumers).map(([name, consumer]) => {
    const failure = consumer.failure()
    return { name, ready: failure === undefined, detail: failure ?? 'keeps up' }
  })
}
