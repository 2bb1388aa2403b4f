import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import type { TypeTestView } from '../../api/type-view.ts'
import { testWork } from '../../api/types-work.ts'
import { lineDiff } from '../../workshop/line-diff.ts'
import type { TypeFiles } from '../../workshop/type-files.ts'
import type { Run } from '../program.ts'
import { exit, type Terminal } from '../terminal.ts'
import { readTypeFolder } from './folder.ts'
import { counted, mistakeLines } from './mistake-lines.ts'
import { siblingBases } from './sibling-bases.ts'

interface Options {
  readonly update?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

/** `gatuvakt types test`: the vectors, one by one. */
export function testCommand(terminal: Terminal, finish: Run): Command {
  return new Command('test')
    .description('Run the vectors of a device type: a message in, what must come out')
    .argument('<folder>', 'with type.yaml and vectors/')
    .option(
      '--update',
      'show what the vectors would have to expect, and write it if you agree',
    )
    .option('--yes', 'with --update: write without asking')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt types test slc
  gatuvakt types test slc --update

--update writes only after a y on a terminal, or with --yes: a vector that follows the type
proves nothing, so read the difference first.
Exit codes: 0 all hold · 3 some do not, or the type has mistakes · 4 no such folder`,
    )
    .action(async (folder: string, options: Options) => {
      const files = await readTypeFolder(folder)
      const view = await testWork(files, siblingBases(folder))
      const wrong = view.vectors.filter(({ holds }) => !holds)
      if (options.json === true) terminal.out(JSON.stringify(view))
      else terminal.out(picture(folder, view))
      if (options.update !== true || wrong.length === 0) {
        finish(wrong.length + view.mistakes.length > 0 ? exit.invalid : exit.ok)
        return
      }
      if (options.json !== true) terminal.out(differences(files, view).join('\n'))
      const agreed = await agrees(terminal, options, wrong.length)
      if (agreed) await write(folder, view)
      terminal.err(
        agreed
          ? `${counted(wrong.length, 'vector')} written`
          : 'nothing was written; --yes writes without asking',
      )
      finish(agreed && view.mistakes.length === 0 ? exit.ok : exit.invalid)
    })
}

/** Elsewhere than on a terminal nobody can agree, so nothing is written without --yes. */
async function agrees(
  terminal: Terminal,
  { yes }: Options,
  count: number,
): Promise<boolean> {
  if (yes === true) return true
  return terminal.interactive && terminal.agree(`Write ${counted(count, 'vector')}?`)
}

async function write(folder: string, { vectors }: TypeTestView): Promise<void> {
  for (const { path, update } of vectors) {
    if (update !== null) await writeFile(join(folder, path), update)
  }
}

function picture(folder: string, { type, mistakes, vectors }: TypeTestView): string {
  const hold = vectors.filter(({ holds }) => holds).length
  return [
    ...vectors.flatMap(({ path, name, holds, differences }) => [
      `${holds ? 'ok    ' : 'WRONG '} ${path}  ${name}`,
      ...differences.map(
        ({ of, expected, said }) =>
          `         ${of}: expected ${expected}, but it says ${said}`,
      ),
    ]),
    ...mistakeLines(folder, mistakes),
    `${type ?? folder}: ${hold} of ${counted(vectors.length, 'vector')} hold${mistakes.length > 0 ? `, ${counted(mistakes.length, 'mistake')}` : ''}`,
  ].join('\n')
}

function differences(files: TypeFiles, { vectors }: TypeTestView): readonly string[] {
  return vectors.flatMap(({ path, update }) => {
    const before = files.find((one) => one.path === path)?.text
    if (update === null || before === undefined) return []
    // Formatted alike first, so that the difference is about values and not about spaces.
    return [
      `--- ${path}`,
      ...lineDiff(`${JSON.stringify(JSON.parse(before), null, 2)}\n`, update),
    ]
  })
}
