import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { issuedClientKey } from '../api/open311-client-view.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import type { ConfigurationFiles } from '../configuration/parse.ts'

/** A key by which one municipality of the demo knows another, which holds it as a secret. */
export const demoKey = z.object({
  organisation: z.string(),
  client: z.string(),
  secret: z.string(),
  key: z.string(),
})
export type DemoKey = z.infer<typeof demoKey>

/** Who may hand cases to whom, and under which name its process holds the key. */
const known = [{ organisation: 'fjordvik', client: 'strandkoping', secret: 'fjordvik' }]

/** Where the demo's files look for a partner that runs on this same service. */
const WRITTEN = 'http://127.0.0.1:8080/'
/** The service itself. */
const HERE = '127.0.0.1/32'

/** Name of the file in the data folder that says it is a demo's. */
export const DEMO_FILE = 'demo.json'

/**
 * Settings for a demo: secrets that are added once both municipalities are there, and the machine
 * itself may be called, where the partner lives. A data folder of somebody else keeps its settings.
 */
export function demoSettings(config: Config): Config {
  const isOthers = existsSync(config.data) && !existsSync(join(config.data, DEMO_FILE))
  if (isOthers) return config
  const { secrets, webhooks } = config
  return {
    ...config,
    secrets: { ...secrets },
    webhooks: { ...webhooks, allow: [...webhooks.allow, HERE] },
  }
}

/** The demo's files with the address at which the service is heard now. */
export function atAddress(files: ConfigurationFiles, http: string): ConfigurationFiles {
  const here = `http://127.0.0.1:${new URL(http).port || '80'}/`
  return {
    ...files,
    files: files.files.map(({ path, text }) => ({
      path,
      text: text.replaceAll(WRITTEN, here),
    })),
  }
}

/** Makes the keys that the municipalities of the demo show one another, as somebody would at the machine. */
export async function makeDemoKeys({ local }: Pick<App, 'local'>): Promise<DemoKey[]> {
  const made: DemoKey[] = []
  for (const one of known) {
    const { organisation, client } = one
    const payload = { organisation, client }
    const answer = await local?.inject({
      method: 'POST',
      url: '/open311-client-add',
      payload,
    })
    if (answer === undefined) break
    made.push({ ...one, key: issuedClientKey.parse(answer.json()).key })
  }
  return made
}

/** Puts the keys among the secrets of this process; what somebody set stays. */
export function useDemoKeys(
  { secrets }: Pick<Config, 'secrets'>,
  keys: readonly DemoKey[],
): void {
  for (const { secret, key } of keys) secrets[secret] ??= key
}
