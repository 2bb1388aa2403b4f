import { Command } from 'commander'
import type { Run } from './program.ts'
import type { Terminal } from './terminal.ts'
import { applyCommand } from './types/apply.ts'
import { checkCommand } from './types/check.ts'
import { typeListCommand } from './types/list.ts'
import { newCommand } from './types/new.ts'
import { rollBackCommand } from './types/roll-back.ts'
import { schemaCommand } from './types/schema.ts'
import { simulateCommand } from './types/simulate.ts'
import { testCommand } from './types/test.ts'
import { tryCommand } from './types/try.ts'

/** `gatuvakt types`: device types, from an empty folder to one that is in force. */
export function typesCommand(terminal: Terminal, finish: Run): Command {
  return new Command('types')
    .description('Device types: make, check, test, simulate, try and bring them into force')
    .addCommand(newCommand(terminal, finish))
    .addCommand(checkCommand(terminal, finish))
    .addCommand(testCommand(terminal, finish))
    .addCommand(schemaCommand(terminal, finish))
    .addCommand(simulateCommand(terminal, finish))
    .addCommand(tryCommand(terminal, finish))
    .addCommand(applyCommand(terminal, finish))
    .addCommand(rollBackCommand(terminal, finish))
    .addCommand(typeListCommand(terminal, finish))
    .addHelpText(
      'after',
      `
Examples, in the order of the work:
  gatuvakt types new slc --from mqtt --sniff mqtt://broker --topic 'lights/#' --for 60s
  gatuvakt types check slc
  gatuvakt types test slc
  gatuvakt types simulate slc --address mqtt://localhost:1883 --set power=0
  gatuvakt types try slc --device lamp-17
  gatuvakt types apply slc
  gatuvakt replay --device-type acme/slc --since 3d     what was heard before, understood anew
  gatuvakt types rollback acme/slc@1.0.0

docs/integrators.md goes the whole way, for MQTT, Modbus and OPC UA.`,
    )
}
