import { resolve } from 'node:path'
import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { systemRandom } from '../random.ts'
import { refuseServers } from './embedded-only.ts'
import type { Run } from './program.ts'
import { startProgress } from './progress.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt restore`: a backup back into an empty data folder. */
export function restoreCommand(terminal: Terminal, finish: Run): Command {
  return new Command('restore')
    .description('Put a backup back into an empty data folder, whole or not at all')
    .argument('<folder>', 'the backup')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt --data ./data-restored restore /mnt/backup/2026-11-20
  gatuvakt deliveries status     what the restored system would send, and has not

Every checksum is compared before anything is written. The restored system sends nothing until
somebody says: gatuvakt deliveries release. It knows again whom people had erased after the backup:
gatuvakt privacy apply <file> erases them once more`,
    )
    .action(async (folder: string, options: { json?: boolean }, command: Command) => {
      const config = settings(command, terminal)
      refuseServers(config)
      const { restoreBackup } = await import('../backup/restore-backup.ts')
      const { programVersion } = await import('../backup/version.ts')
      const progress = startProgress(terminal, 'KiB')
      try {
        const { created, log, history } = await restoreBackup({
          folder: resolve(folder),
          data: config.data,
          version: programVersion(),
          clock: systemClock,
          random: systemRandom,
          progress: (bytes) => progress.at(Math.round(bytes / 1_024)),
          stop: terminal.stop,
        })
        progress.end()
        terminal.out(
          options.json === true
            ? JSON.stringify({
                data: config.data,
                created,
                log,
                history,
                deliveries: 'held',
              })
            : told({ data: config.data, created, since: log.since, history }),
        )
        finish(exit.ok)
      } catch (error) {
        progress.end()
        if (!terminal.stop.aborted) throw error
        terminal.err('gatuvakt: interrupted; nothing was restored')
        finish(exit.interrupted)
      }
    })
}

function told(done: {
  readonly data: string
  readonly created: string
  readonly since: string | null
  readonly history: boolean
}): string {
  const { data, created, since, history } = done
  const built =
    since === null ? 'History is empty.' : `History is built anew from ${since} on.`
  return [
    `${data} is as it was at ${created}.`,
    history ? 'History came along.' : built,
    'Whoever was erased after that is back: gatuvakt privacy apply <the newest ledger>',
    'Deliveries are held: gatuvakt deliveries status, then gatuvakt deliveries release',
  ].join('\n')
}
