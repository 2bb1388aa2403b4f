import { createDecodedLog } from '../../src/ingest/decoded-log.ts'
import { SECOND } from '../../src/domain/time.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import type { Consumer } from '../../src/ingest/consumer.ts'
import { loadCheckpoint } from '../../src/ingest/checkpoint.ts'
import { startDetection } from '../../src/ingest/detection.ts'
import { north } from '../support/database.ts'
import { said, second, startLamps, type Field } from './field.ts'

interface Guard {
  readonly consumer: Consumer
  /** What reached the alarms, as `dark lamp-1 raised 61`. */
  readonly taken: string[]
  readonly suspends: { checked: number }
}

/** Starts the detector; `take` may refuse what it says. */
export async function guard(
  field: Field,
  take: (said: readonly string[]) => Promise<void> = () => Promise.resolve(),
): Promise<Guard & AsyncDisposable> {
  const taken: string[] = []
  const suspends = { checked: 0 }
  const consumer = startDetection({
    ...field,
    decoded: createDecodedLog(field.log, field.configurations),
    start: await loadCheckpoint(field.database, field.configurations, field.log),
    checkSuspend: () => {
      suspends.checked += 1
      return Promise.resolve()
    },
    alarms: {
      take: async (_organisation, transitions) => {
        const said = transitions.map(shortOf)
        await take(said)
        taken.push(...said)
      },
    },
  })
  return {
    consumer,
    taken,
    suspends,
    [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
  }
}

/** Reads what is there, and stops with a checkpoint. */
export async function readOnce(field: Field): Promise<void> {
  await using one = await guard(field)
  await one.consumer.settled()
}

function shortOf({ key, event, at }: DetectorTransition): string {
  const seconds = (at - second(0)) / SECOND
  return `${key.rule.split('/').at(-1)} ${key.asset} ${event} ${seconds}`
}

export async function say(field: Field, at: number, power: number, device = 'lamp-1') {
  await field.log.append(said({ at, power, device, organisation: north }))
}

/** A lamp is dark for longer than its rule allows. */
export async function darkLamp(field: Field): Promise<void> {
  await startLamps(field, north)
  await say(field, 0, 60)
  await say(field, 10, 1)
  await say(field, 80, 1)
}

export const raised = 'dark lamp-1 raised 70'
