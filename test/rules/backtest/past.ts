import { applyConfiguration } from '../../../src/configuration/apply.ts'
import { parseConfiguration } from '../../../src/configuration/parse.ts'
import { readFolder } from '../../../src/configuration/read-folder.ts'
import { readStoredSet } from '../../../src/configuration/stored.ts'
import { durationUs, earlier, SECOND } from '../../../src/domain/time.ts'
import { cabinet, lamp } from '../../support/devices-say.ts'
import { Dice } from '../../support/dice.ts'
import {
  demoFolder,
  startService,
  strandkoping,
  type TestService,
} from '../../support/service.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'

const lamps = ['lamp-17', 'lamp-18', 'lamp-19', 'lamp-20', 'lamp-21', 'lamp-22']
const rounds = 60

/** What happens at a round, besides readings. */
type Change = 'rule' | 'type' | 'restart'
const changes: ReadonlyMap<number, Change> = new Map([
  [20, 'rule'],
  [30, 'restart'],
  [40, 'type'],
])

/**
 * An hour of a part of the town, played on a whole service: lamps go dark and come back, one in
 * twenty messages is late by minutes, one in a hundred comes twice; in between a rule is published, the
 * service is started again and a device type changes.
 */
export async function playHour(
  folder: string,
  clock: VirtualClock,
  seed: number,
): Promise<void> {
  const dice = new Dice(seed)
  let service = await startService({ folder, clock })
  try {
    const dark = new Set<string>()
    const silent = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const change = changes.get(round)
      if (change === 'restart') {
        await service[Symbol.asyncDispose]()
        clock.advance(durationUs(90 * SECOND))
        service = await startService({ folder, clock })
      } else if (change !== undefined) await publish(service, change)
      await sayAll(service, { dice, dark, silent })
      const volts = dark.size > 3 ? 20 : 230
      await service.say('cabinet-2', cabinet(clock.now(), volts))
      await service.settle()
      for (let step = 0; step < 6; step++) {
        service.pass(durationUs(10 * SECOND))
        await service.settle()
      }
    }
    await service.settle()
  } finally {
    await service[Symbol.asyncDispose]()
  }
}

/** Every lamp that is not silent says how it is, some otherwise than a minute ago. */
async function sayAll(
  service: TestService,
  town: { readonly dice: Dice; readonly dark: Set<string>; readonly silent: Set<string> },
): Promise<void> {
  const { dice, dark, silent } = town
  for (const name of lamps) {
    if (dice.chance(6)) toggle(dark, name)
    if (dice.chance(25)) toggle(silent, name)
    if (!silent.has(name)) await say(service, name, { dice, dark: dark.has(name) })
  }
}

async function say(
  service: TestService,
  name: string,
  { dice, dark }: { readonly dice: Dice; readonly dark: boolean },
): Promise<void> {
  const late = dice.chance(20) ? (30 + dice.below(600)) * SECOND : dice.below(20) * SECOND
  const at = earlier(service.clock.now(), durationUs(late))
  const message = lamp(at, dark ? 'dark' : 'lit')
  await service.say(name, message)
  if (dice.chance(40)) await service.say(name, message)
}

function toggle(set: Set<string>, name: string): void {
  if (!set.delete(name)) set.add(name)
}

/** A lower limit of the rule for dark lamps, or another scale of what is missing. */
async function publish(service: TestService, change: Change): Promise<void> {
  const edits = {
    rule: ['rules/lights.yaml', 'above: 20,', 'above: 30,'],
    type: [
      'device-types/nordlys-slc-4/type.yaml',
      'missing: { path: $.dp, scale: 0.1',
      'missing: { path: $.dp, scale: 0.11',
    ],
    restart: [],
  }
  const [path, part = '', by = ''] = edits[change]
  const { files } = await readFolder(demoFolder(strandkoping))
  const { app } = service
  const edited = files.map((file) =>
    file.path === path ? { path, text: file.text.replace(part, by) } : file,
  )
  if (edited.every((file, n) => file.text === files[n]?.text)) throw new Error(`no ${part}`)
  const stored = await readStoredSet(app.database, strandkoping)
  const parsed = parseConfiguration({ organisation: strandkoping, files: edited }, stored)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  const { configuration } = parsed
  const now = app.clock.now()
  const done = await applyConfiguration(app.database, {
    configuration,
    author: 'test',
    now,
    ...(change === 'type' && { take: 'yaml' as const }),
  })
  if (done.version === null) throw new Error(`nothing was applied: ${done.outcome}`)
  await app.activate(strandkoping)
}
