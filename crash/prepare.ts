import { pino } from 'pino'
import { startApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { readConfig } from '../src/config.ts'
import { applyConfiguration } from '../src/configuration/apply.ts'
import { parseConfiguration } from '../src/configuration/parse.ts'
import { organisationId } from '../src/domain/ids.ts'
import { systemRandom } from '../src/random.ts'
import { organisation, speakers, townFiles, type Speaker } from './town.ts'

/** A device with what it shows at the broker. */
export interface Voice extends Speaker {
  readonly username: string
  readonly secret: string
  readonly topic: string
}

/** Makes the data folder: the town in force, and a secret for each of its devices. */
export async function prepare(data: string, hookUrl: string): Promise<readonly Voice[]> {
  const id = organisationId.parse(organisation)
  await using app = await startApp({
    config: readConfig({ env: {}, flags: { data } }),
    clock: systemClock,
    random: systemRandom,
    logger: pino({ level: 'silent' }),
    listen: false,
  })
  const parsed = parseConfiguration({ organisation: id, files: [...townFiles(hookUrl)] })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  const { configuration } = parsed
  const now = systemClock.now()
  await applyConfiguration(app.database, { configuration, author: 'crash harness', now })
  await app.activate(id)
  const topics = (await app.configurations.current(id))?.topics
  const voices: Voice[] = []
  for (const speaker of speakers) {
    const { device } = speaker
    const issued = await app.identity.issueDeviceSecret(id, device, 'device')
    const topic = topics?.get(device)?.[0]
    if (topic === undefined) throw new Error(`${device} has no topic`)
    voices.push({ ...speaker, ...issued, topic })
  }
  return voices
}
