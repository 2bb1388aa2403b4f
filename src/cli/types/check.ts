import { Command } from 'commander'
import { checkWork } from '../../api/types-work.ts'
import type { Run } from '../program.ts'
import { exit, type Terminal } from '../terminal.ts'
import { readTypeFolder } from './folder.ts'
import { counted, mistakeLines } from './mistake-lines.ts'
import { siblingBases } from './sibling-bases.ts'

/** `gatuvakt types check`: everything that is wrong with a type, by file and place. */
export function checkCommand(terminal: Terminal, finish: Run): Command {
  return new Command('check')
    .description(
      'Say everything that is wrong with a device type, by file, line and column',
    )
    .argument('<folder>', 'with type.yaml and vectors/')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt types check config/demo/strandkoping/device-types/nordlys-slc-4\n\nExit codes: 0 nothing is wrong · 3 something is · 4 no such folder',
    )
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const view = await checkWork(await readTypeFolder(folder), siblingBases(folder))
      const { mistakes, type, points, vectors } = view
      const sound = mistakes.length === 0
      terminal.out(
        json === true
          ? JSON.stringify(view)
          : [
              ...mistakeLines(folder, mistakes),
              sound
                ? `${type}: ${counted(points, 'point')}, ${counted(vectors, 'vector')}, nothing wrong`
                : `${type ?? folder}: ${counted(mistakes.length, 'mistake')}`,
            ].join('\n'),
      )
      finish(sound ? exit.ok : exit.invalid)
    })
}
