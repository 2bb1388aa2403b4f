import { statfs } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { Configurations } from '../configuration/active.ts'
import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import { MINUTE, type DurationUs } from '../domain/time.ts'
import type { ActiveRules } from '../rules/detector.ts'
import { neededPast } from './look-back.ts'
import type { ReadingLog } from './reading-log.ts'

/** What the log takes, and what is left for it. */
export interface LogRoom {
  /** Bytes of records and their index that the log holds; undefined where it cannot tell. */
  readonly bytes: number | undefined
  /** The log takes nothing more when it holds this many bytes. */
  readonly fullAt: number
  /** The disk under it; undefined where it is another machine's. */
  readonly disk: { readonly free: number; readonly total: number } | undefined
  /** The consumer that holds back the most; undefined while none has told how far it is. */
  readonly slowest: string | undefined
}

export interface LogKeeperParts {
  readonly log: Pick<ReadingLog, 'retain'>
  readonly keep: { readonly maxAge: DurationUs; readonly maxBytes: number }
  readonly fullAt: number
  readonly bytes: () => Promise<number | undefined>
  readonly disk: () => Promise<LogRoom['disk']>
  readonly configurations: Pick<Configurations, 'organisations' | 'current'>
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Keeps the log as long as it was told to, and warns before it is full: deletes what may go and looks
 * how much room is left, at once and then every minute.
 */
export interface LogKeeper extends AsyncDisposable {
  /** As it was found last; undefined before the first time. */
  room(): LogRoom | undefined
  /** For the readiness of the service: one sentence for whoever is on duty. */
  health(): { readonly ready: boolean; readonly detail: string }
}

export function startLogKeeper(parts: LogKeeperParts): LogKeeper {
  const { log, keep, fullAt, clock, logger } = parts
  let room: LogRoom | undefined
  let level = 0

  async function tidy(): Promise<void> {
    const minAge = neededPast(await activeRules(parts.configurations))
    const { deletedCommits, slowest } = await log.retain({ ...keep, minAge }, clock.now())
    if (deletedCommits > 0) logger.debug({ deletedCommits }, 'old messages were deleted')
    room = { bytes: await parts.bytes(), disk: await parts.disk(), fullAt, slowest }
    const now = levelOf(room)
    if (now !== level) tell(logger, now, room)
    level = now
  }

  const failed = (error: unknown): void =>
    logger.error({ err: error }, 'the reading log could not be tidied')
  const first = tidy().catch(failed)
  const timer = every(MINUTE, clock, tidy, failed)

  return {
    room: () => room,
    health: () =>
      room === undefined
        ? { ready: true, detail: 'not looked at yet' }
        : { ready: levelOf(room) < 95, detail: roomText(room) },
    async [Symbol.asyncDispose]() {
      await first
      await timer[Symbol.asyncDispose]()
    },
  }
}

/** The space of the disk that a folder is on. */
export async function diskSpace(folder: string): Promise<NonNullable<LogRoom['disk']>> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}

async function activeRules({
  organisations,
  current,
}: LogKeeperParts['configurations']): Promise<readonly ActiveRules[]> {
  const all: ActiveRules[] = []
  for (const organisation of await organisations()) {
    const configuration = await current(organisation)
    if (configuration !== undefined) all.push(configuration.rules)
  }
  return all
}

/** Shares, in percent, from which on somebody is warned. */
const levels = [95, 90, 80] as const

/** The highest of them that is reached, by the log or by its disk; 0 for none. */
function levelOf({ bytes = 0, fullAt, disk }: LogRoom): number {
  const ofDisk = disk === undefined ? 0 : 1 - disk.free / disk.total
  const share = 100 * Math.max(bytes / fullAt, ofDisk)
  return levels.find((level) => share >= level) ?? 0
}

/** What is said of it in the service's log and its readiness. */
function roomText(room: LogRoom): string {
  const { bytes, fullAt, disk, slowest } = room
  const parts = [
    ...(bytes === undefined ? [] : [`holds ${size(bytes)} of at most ${size(fullAt)}`]),
    ...(disk === undefined ? [] : [`${size(disk.free)} of the disk are free`]),
  ]
  if (levelOf(room) === 0) return parts.join('; ')
  const blame = slowest === undefined ? [] : [`held back most by the ${slowest}`]
  return [...parts, ...blame, 'ingest will stop when there is no room'].join('; ')
}

function tell(logger: Logger, level: number, room: LogRoom): void {
  const facts = { ...room, level }
  if (level === 0) logger.info(facts, 'the reading log has room again')
  else if (level < 95)
    logger.warn(facts, `the reading log is getting full: ${roomText(room)}`)
  else logger.error(facts, `the reading log is nearly full: ${roomText(room)}`)
}

const gigabyte = 1024 ** 3

function size(bytes: number): string {
  return bytes >= gigabyte / 10
    ? `${(bytes / gigabyte).toFixed(1)} GiB`
    : `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
