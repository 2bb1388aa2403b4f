import { systemClock } from '../../src/clock.ts'
import { toIso } from '../../src/domain/time.ts'
import { startService, strandkoping, type ServiceOptions } from './service.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What a prepared folder's devices and people show. */
export interface Prepared {
  readonly secrets: ReadonlyMap<
    string,
    { readonly username: string; readonly secret: string }
  >
  readonly password: string
}

/**
 * Makes a data folder for the real program: the demo's larger municipality with rules that act at
 * once, secrets for the devices and a password for every person.
 */
export async function prepareFolder(
  folder: string,
  devices: readonly string[],
  servers: Pick<ServiceOptions, 'databaseUrl' | 'natsUrl' | 'also' | 'edit'> = {},
): Promise<Prepared> {
  const clock = new VirtualClock(toIso(systemClock.now()))
  const { edit = asItIs } = servers
  await using service = await startService({
    ...servers,
    folder,
    clock,
    edit: (path, text) => actAtOnce(path, edit(path, text)),
  })
  const { identity, database } = service.app
  const secrets = new Map<string, { username: string; secret: string }>()
  for (const device of devices) {
    secrets.set(device, await identity.issueDeviceSecret(strandkoping, device, 'device'))
  }
  const password = 'a password of this test'
  for (const organisation of [strandkoping, ...(servers.also ? [servers.also] : [])]) {
    const users = await database
      .read(organisation)
      .selectFrom('user')
      .select('id')
      .execute()
    for (const { id } of users) {
      const { token } = await identity.oneTimeLink(organisation, id)
      await identity.setPassword(token, password)
    }
  }
  return { secrets, password }
}

function asItIs(_: string, text: string): string {
  return text
}

function actAtOnce(path: string, text: string): string {
  if (!path.endsWith('lights.yaml')) return text
  return text.replaceAll(/(onDelay|offDelay): 20s/g, '$1: 0s')
}
