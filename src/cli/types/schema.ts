import { Command } from 'commander'
import { deviceTypeJsonSchema } from '../../devices/json-schema.ts'
import type { Run } from '../program.ts'
import { exit, type Terminal } from '../terminal.ts'

/** `gatuvakt types schema`: for editors, which complete and check while one types. */
export function schemaCommand(terminal: Terminal, finish: Run): Command {
  return new Command('schema')
    .description('Print the JSON Schema of type.yaml, for completion in an editor')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt types schema > device-type.schema.json\n\nThe first line of a type.yaml then says where it is:\n  # yaml-language-server: $schema=../device-type.schema.json',
    )
    .action(() => {
      terminal.out(JSON.stringify(deviceTypeJsonSchema(), null, 2))
      finish(exit.ok)
    })
}
