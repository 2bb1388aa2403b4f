import { Command } from 'commander'
import { secretAnswer } from '../../api/local/answers.ts'
import { usable } from '../../api/types-work.ts'
import type { Simulation } from '../../adapters/workbench.ts'
import { systemClock } from '../../clock.ts'
import type { DeviceType } from '../../devices/device-type.ts'
import { duration } from '../../domain/duration.ts'
import { every } from '../../domain/every.ts'
import { Problem } from '../../domain/problem.ts'
import type { DurationUs } from '../../domain/time.ts'
import { faultyValue, healthyValues } from '../../workshop/simulated-values.ts'
import type { VectorFile } from '../../workshop/type-files.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { readTypeFolder } from './folder.ts'
import { serveType } from './protocols.ts'
import { startSending } from './start-sending.ts'
import { simulateMqtt, type SpeakingSimulation } from './simulate-mqtt.ts'
import {
  addressOf,
  faultOf,
  periodOf,
  settingOf,
  type PlannedFault,
} from './simulation-plan.ts'
import { siblingBases } from './sibling-bases.ts'

export interface Options {
  readonly address?: string
  readonly at: string[]
  readonly device: string
  readonly organisation?: string
  readonly connection?: string
  readonly vector?: string
  readonly rate: string
  readonly set: string[]
  readonly fault: string[]
  readonly for?: string
}

/** `gatuvakt types simulate`: a device made of nothing but its type. */
export function simulateCommand(terminal: Terminal, finish: Run): Command {
  return new Command('simulate')
    .description(
      'Be a device of a type: publish over MQTT, send over HTTP, or serve Modbus or OPC UA',
    )
    .argument('<folder>', 'with type.yaml and vectors/')
    .option(
      '--address <url>',
      'mqtt://user:secret@host, https://host/ingest/…, tcp://host:port or opc.tcp://host:port',
    )
    .option(
      '--at <name=value...>',
      'where on it: unit=1, root=/0:Objects/p:Station, devEui=…, id=…, path=$.logger',
      [],
    )
    .option('--device <slug>', 'over MQTT and HTTP: who speaks', 'simulated-1')
    .option('--organisation <slug>', 'over MQTT and HTTP: whose device it is')
    .option('--connection <name>', 'over HTTP: where our own service takes it in')
    .option('--vector <name>', 'of LoRaWAN: the one that is sent; left out: all good ones')
    .option('--rate <rate>', 'how often values change and are said: 1/s, 6/m, 10s', '1/s')
    .option('--set <point=value...>', 'a value that stays as it is', [])
    .option(
      '--fault <point@time...>',
      'what goes wrong when: p1.fail@30s, level=5@1m, silent@2m',
      [],
    )
    .option('--for <time>', 'end after this; left out: until Ctrl-C')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt types simulate slc --device lamp-17 --organisation strandkoping --set power=0
  gatuvakt types simulate slc --address mqtt://user:secret@broker --device lamp-17 --organisation strandkoping
  gatuvakt types simulate station --address tcp://127.0.0.1:5020 --at unit=1 --fault p1.fail@30s
  gatuvakt types simulate meter --connection meters --device meter-7 --at path=$.logger
  gatuvakt types simulate bin --connection lora --at devEui=24e124136b502217 --vector full
  gatuvakt types simulate scada --address opc.tcp://127.0.0.1:4840 --for 10m

Over MQTT without --address it speaks to our own broker, with a new secret of the device: one that
the device had before ends. A password in MQTT_PASSWORD does not show in the list of processes.
Over HTTP without --address it sends to our own service with a token that ends with it; elsewhere
with the one in SOURCE_TOKEN. Bytes of a LoRaWAN device are those of its vectors, one after another:
values cannot be made into bytes, because a codec only goes the other way.`,
    )
    .action(async (folder: string, options: Options, command: Command) => {
      const { type, vectors } = await usable(
        await readTypeFolder(folder),
        siblingBases(folder),
      )
      const plan = planOf(type, options)
      await using device = await start(type, vectors, { options, command, terminal })
      for (const { point, value } of plan.settings) device.set(point, value)
      terminal.out(`${type.type} on ${device.where}`)
      await run(device, type, plan, terminal)
      finish(terminal.stop.aborted ? exit.interrupted : exit.ok)
    })
}

interface Plan {
  readonly period: DurationUs
  readonly settings: readonly ReturnType<typeof settingOf>[]
  readonly faults: readonly PlannedFault[]
  readonly during: DurationUs | undefined
}

function planOf(type: DeviceType, options: Options): Plan {
  const during = options.for === undefined ? undefined : duration.safeParse(options.for)
  if (during?.success === false) {
    const what = `${options.for ?? ''} is no duration`
    throw new Problem({
      kind: 'invalid',
      what,
      where: '--for',
      next: 'write it as 30s or 10m',
    })
  }
  const faults = options.fault.map(faultOf)
  for (const { point } of faults) {
    if (point === 'silent' || type.points[point] !== undefined) continue
    const what = `the type has no point ${point}`
    const next = `it has ${Object.keys(type.points).join(', ')}; or write silent`
    throw new Problem({ kind: 'invalid', what, where: '--fault', next })
  }
  return {
    period: periodOf(options.rate),
    settings: options.set.map(settingOf),
    faults,
    during: during?.data,
  }
}

export interface Start {
  readonly options: Options
  readonly command: Command
  readonly terminal: Terminal
}

async function start(
  type: DeviceType,
  vectors: readonly VectorFile[],
  { options, command, terminal }: Start,
): Promise<Simulation | SpeakingSimulation> {
  const { address, device } = options
  if (type.protocol === 'http' || type.protocol === 'lorawan')
    return startSending(type, vectors, { options, command, terminal })
  if (type.protocol !== 'mqtt') {
    if (address === undefined) throw noAddress(type.protocol)
    return serveType({ type, url: address, address: addressOf(options.at) })
  }
  const { organisation } = options
  if (organisation === undefined) throw noOrganisation()
  const good = vectors.find(({ vector }) => vector.expect.problems.length === 0)
  const common = {
    type,
    like: good?.vector.payload,
    organisation,
    device,
    clock: systemClock,
  }
  const password = terminal.env['MQTT_PASSWORD']
  if (address !== undefined) return simulateMqtt({ ...common, url: address, password })
  const config = settings(command, terminal)
  const { username, secret } = await withLocalService(config, (service) =>
    service.post('/device-credential', { organisation, device }, secretAnswer),
  )
  const url = `mqtt://${encodeURIComponent(username)}@${config.mqtt.host}:${config.mqtt.port}`
  return simulateMqtt({ ...common, url, password: secret })
}

/** Lives until the time is over or somebody stops it. */
async function run(
  device: Simulation | SpeakingSimulation,
  type: DeviceType,
  plan: Plan,
  terminal: Terminal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fixed = new Set(plan.settings.map(({ point }) => point))
  const timers = plan.faults.map((fault) =>
    systemClock.after(fault.after, () => {
      fixed.add(fault.point)
      try {
        strike(device, type, fault)
        terminal.err(`${fault.point}: it happened`)
      } catch (error) {
        reject(error)
      }
    }),
  )
  if (plan.during !== undefined) timers.push(systemClock.after(plan.during, resolve))
  terminal.stop.addEventListener('abort', () => resolve())
  if (terminal.stop.aborted) resolve()
  let step = 0
  const tick = async (): Promise<void> => {
    for (const [point, value] of healthyValues(type, step)) {
      if (!fixed.has(point)) device.set(point, value)
    }
    step += 1
    if ('speak' in device) await device.speak()
  }
  try {
    await tick()
    await using ticking = every(plan.period, systemClock, tick, reject)
    await promise
    void ticking
  } finally {
    for (const cancel of timers) cancel()
  }
}

function strike(
  device: Simulation,
  type: DeviceType,
  { point, value }: PlannedFault,
): void {
  const definition = type.points[point]
  if (definition === undefined) device.silent(true)
  else device.set(point, value ?? faultyValue(definition))
}

function noAddress(protocol: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `where shall the ${protocol} server listen?`,
    where: '--address',
    next: 'for instance --address tcp://127.0.0.1:5020, or opc.tcp://127.0.0.1:4840',
  })
}

function noOrganisation(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'whose device is it?',
    where: '--organisation',
    next: 'name the organisation: its slug stands in the topic',
  })
}
