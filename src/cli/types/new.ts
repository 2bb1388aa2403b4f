import { basename, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { deviceTypeName } from '../../devices/device-type.ts'
import { Problem } from '../../domain/problem.ts'
import { scaffold } from '../../workshop/scaffold.ts'
import { protocols } from '../../workshop/templates.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { fromProbe, make, type NewOptions } from './new-from.ts'
import { refuseFull, writeFolder } from './write-folder.ts'

/** `gatuvakt types new`: a folder with a type, its vectors and a README. */
export function newCommand(terminal: Terminal, finish: Run): Command {
  return new Command('new')
    .description('Make the folder of a device type: from a template, or from what is heard')
    .argument('<folder>', 'new or empty; nothing is ever written over')
    .addOption(
      new Option('--from <protocol>', 'how the device speaks')
        .choices(protocols)
        .makeOptionMandatory(),
    )
    .option('--type <name>', 'vendor/model@version; left out: example/<folder>@0.1.0')
    .option('--sniff <url>', 'mqtt: listen to this broker and propose points')
    .option('--topic <filter>', 'mqtt: what to listen to', '#')
    .option('--for <time>', 'how long to listen', '60s')
    .option('--group <number>', 'which kind of message, when several are heard', '1')
    .option('--sample <file...>', 'mqtt, http: messages from files, one JSON each line', [])
    .option('--scan <url>', 'modbus: look which registers answer; only reads, slowly')
    .option('--units <numbers>', 'modbus: where to look: 1-3 or 1,5', '1')
    .option('--range <numbers>', 'modbus: registers to look at', '0-200')
    .option('--address-base <number>', 'modbus: first register of the manual: 0 or 1', '0')
    .option('--probe <url>', 'opcua: look which variables a server has; only reads')
    .option(
      '--root <path>',
      'opcua: where the device is: /0:Objects/p:Station1',
      '/0:Objects',
    )
    .option('--namespace <prefix=uri...>', 'opcua: prefixes of --root', [])
    .option('--trust <fingerprint>', "opcua: SHA-256 of the server's certificate")
    .option('--json', 'answer as JSON')
    .addHelpText('after', examples)
    .action(async (folder: string, options: NewOptions, command: Command) => {
      await refuseFull(folder)
      const name = nameOf(folder, options.type)
      const made =
        options.probe === undefined
          ? await make(name, options, terminal)
          : await fromProbe(name, options, {
              terminal,
              data: settings(command, terminal).data,
            })
      const files = await scaffold(made.scaffold)
      await writeFolder(folder, files)
      const paths = files.map(({ path }) => path)
      terminal.out(
        options.json === true
          ? JSON.stringify({ folder, files: paths, kinds: made.kinds })
          : [
              ...paths.map((path) => `${folder}/${path}`),
              ...made.kinds.map((kind) => `heard: ${kind}`),
              `next: read ${folder}/type.yaml line by line, then gatuvakt types check ${folder}`,
            ].join('\n'),
      )
      finish(exit.ok)
    })
}

function nameOf(folder: string, given: string | undefined): string {
  const model = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  const name = given ?? `example/${model === '' ? 'device' : model}@0.1.0`
  if (deviceTypeName.safeParse(name).success) return name
  throw new Problem({
    kind: 'invalid',
    what: `${name} is no name of a device type`,
    where: '--type',
    next: 'write it as vendor/model@1.0.0, in lower case',
  })
}

const examples = `
Examples:
  gatuvakt types new slc --from mqtt --type acme/slc@1.0.0
  gatuvakt types new slc --from mqtt --sniff mqtt://broker --topic 'lights/#' --for 60s
  gatuvakt types new level --from http --sample messages.ndjson
  gatuvakt types new station --from modbus --scan tcp://plc:502 --units 1-3 --range 0-200
  gatuvakt types new scada --from opcua --probe opc.tcp://scada:4840 --root /0:Objects/p:Station1 --namespace p=urn:maker:station

A password in MQTT_PASSWORD does not show in the list of processes. Names, units, ranges and states
are guesses: read every line.
Exit codes: 0 made · 3 refused · 5 nobody answers`
