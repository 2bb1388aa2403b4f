import { resolve } from 'node:path'
import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { Problem } from '../domain/problem.ts'
import { systemRandom } from '../random.ts'
import { refuseServers } from './embedded-only.ts'
import type { Run } from './program.ts'
import { startProgress } from './progress.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

interface Options {
  readonly withHistory?: boolean
  readonly json?: boolean
}

/** `gatuvakt backup`: a copy of the data folder that can be restored. */
export function backupCommand(terminal: Terminal, finish: Run): Command {
  return new Command('backup')
    .description('Copy the data folder so that it can be restored; the service may run on')
    .argument('<folder>', 'where to: empty, or not there yet')
    .option(
      '--with-history',
      'take the history of readings along; the service must be stopped',
    )
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt backup /mnt/backup/$(date +%F)
  gatuvakt --data /srv/gatuvakt backup /mnt/backup/today --json

Holds the database, the reading log, the mails and the secret of the installation: guard it as you
guard the data. History is built anew from the log, as far back as that reaches. A backup that did
not finish has no manifest.json and is refused. Back: gatuvakt restore.`,
    )
    .action(async (folder: string, options: Options, command: Command) => {
      const config = settings(command, terminal)
      refuseServers(config)
      if (options.withHistory === true) refuseOtherHistory(config.readingStore.kind)
      const { createBackup } = await import('../backup/create-backup.ts')
      const { programVersion } = await import('../backup/version.ts')
      const progress = startProgress(terminal, 'KiB')
      try {
        const made = await createBackup({
          data: config.data,
          folder: resolve(folder),
          withHistory: options.withHistory === true,
          version: programVersion(),
          clock: systemClock,
          random: systemRandom,
          progress: (bytes) => progress.at(Math.round(bytes / 1_024)),
          stop: terminal.stop,
        })
        progress.end()
        const { created, log, history, files } = made
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
        terminal.out(
          options.json === true
            ? JSON.stringify({ folder, created, log, history, files: files.length, bytes })
            : `${files.length} files, ${bytes} bytes, up to commit ${log.head?.sequence ?? 0} of the log`,
        )
        finish(exit.ok)
      } catch (error) {
        progress.end()
        if (!terminal.stop.aborted) throw error
        terminal.err('gatuvakt: interrupted; what was copied has been removed')
        finish(exit.interrupted)
      }
    })
}

function refuseOtherHistory(kind: string): void {
  if (kind === 'duckdb') return
  throw new Problem({
    kind: 'invalid',
    what: 'this installation keeps its history in InfluxDB',
    why: '--with-history copies a file of the data folder',
    next: 'leave it out, and use influx backup; docs/backup.md has the steps',
  })
}
