import { mistakesView } from './uploaded-files.ts'
import { z } from 'zod'
import type { Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Envelope } from '../domain/log-record.ts'
import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'
import type { Bases } from '../workshop/bases.ts'
import { basesInForce } from '../workshop/bases-in-force.ts'
import { applyType, rollBackType, type ApplyTypeParts } from '../workshop/apply-type.ts'
import type { Message } from '../workshop/decode-message.ts'
import { runVectors } from '../workshop/run-vectors.ts'
import { tryMessage } from '../workshop/try-message.ts'
import { checkTypeFiles, type ReadType, type TypeFiles } from '../workshop/type-files.ts'
import { deviceId } from '../workshop/types-in-force.ts'
import { appliedOf } from './apply-view.ts'
import {
  triedView,
  typeFiles,
  vectorViewOf,
  type TypeApplyView,
  type TypeCheckView,
  type TypeRollBackView,
  type TypeTestView,
  type TypeTryView,
} from './type-view.ts'

/** What is done with device types, the same for the commands and for the console. */

export const filesBody = z.strictObject({ files: typeFiles })

/** Holds a type against the schema and its vectors. */
export async function checkWork(files: TypeFiles, bases: Bases): Promise<TypeCheckView> {
  const { read, mistakes } = await checkTypeFiles(files, bases)
  return {
    type: read?.type.type ?? null,
    protocol: read?.type.protocol ?? null,
    points: read === undefined ? 0 : Object.keys(read.type.points).length,
    vectors: read?.vectors.length ?? 0,
    mistakes: mistakesView(mistakes),
  }
}

/** Runs the vectors one by one. */
export async function testWork(files: TypeFiles, bases: Bases): Promise<TypeTestView> {
  const { read, mistakes } = await checkTypeFiles(files, bases)
  const outcomes = read === undefined ? [] : await runVectors(read.type, read.vectors)
  const told = new Set(
    outcomes.filter(({ update }) => update !== undefined).map(({ path }) => path),
  )
  return {
    type: read?.type.type ?? null,
    // What a vector that does not hold says, it says in its own place.
    mistakes: mistakesView(mistakes.filter(({ file }) => !told.has(file))),
    vectors: outcomes.map(vectorViewOf),
  }
}

export const tryBody = filesBody.extend({
  /** Base64; left out: the last message of the device. */
  payload: z.base64().max(400_000).optional(),
  topic: z.string().max(200).optional(),
  /** Slug of the device whose rules are asked. */
  device: z.string().max(63).optional(),
})

export interface TryParts {
  readonly database: Database
  readonly configurations: Configurations
  readonly clock: Clock
  /** The last message of a device; left out: this process has no log to look into. */
  readonly lastMessage?:
    | ((organisation: OrganisationId, device: string) => Promise<Envelope | undefined>)
    | undefined
}

/** Decodes a message with a type that need not be in force, and asks the rules. Stores nothing. */
export async function tryWork(
  parts: TryParts,
  organisation: OrganisationId,
  body: z.infer<typeof tryBody>,
): Promise<TypeTryView> {
  const { database, configurations } = parts
  const { type } = await usable(body.files, basesInForce(database, organisation))
  const { device: slug } = body
  const device =
    slug === undefined ? undefined : await deviceId(database, organisation, slug)
  const { from, ...message } = await messageOf(parts, organisation, { ...body, device })
  const configuration = await configurations.current(organisation)
  const asked =
    device === undefined || configuration === undefined
      ? undefined
      : { device, configuration }
  return {
    type: type.type,
    device: slug ?? null,
    message: { from, at: toIso(message.ingest), topic: message.topic ?? '' },
    ...triedView(await tryMessage(type, message, asked)),
  }
}

/** The type, or Problem invalid: a type that cannot be read makes nothing of a message. */
export async function usable(files: TypeFiles, bases: Bases): Promise<ReadType> {
  const { read, mistakes } = await checkTypeFiles(files, bases)
  if (read !== undefined) return read
  const [first] = mistakes
  throw new Problem({
    kind: 'invalid',
    what: `the type cannot be used: ${first?.what ?? 'it cannot be read'}`,
    ...(first !== undefined && { where: `${first.file}:${first.line}:${first.column}` }),
    ...(first?.why !== undefined && { why: first.why }),
    next: first?.next ?? 'gatuvakt types check says everything that is wrong with it',
  })
}

async function messageOf(
  { clock, lastMessage }: TryParts,
  organisation: OrganisationId,
  request: {
    readonly payload?: string | undefined
    readonly topic?: string | undefined
    readonly device: string | undefined
  },
): Promise<Message & { readonly from: 'given' | 'device' }> {
  const { payload, topic, device } = request
  if (payload !== undefined) {
    const bytes = Buffer.from(payload, 'base64')
    const given = { from: 'given', payload: bytes, ingest: clock.now() } as const
    return topic === undefined ? given : { ...given, topic }
  }
  if (device === undefined) {
    throw new Problem({
      kind: 'invalid',
      what: 'there is neither a message nor a device whose last one could be taken',
      where: 'payload',
      next: 'give a message, or name a device',
    })
  }
  const heard = await lastMessage?.(organisation, device)
  if (heard !== undefined) {
    const { payload: bytes, topic: on, ingest } = heard
    return { from: 'device', payload: bytes, topic: on, ingest }
  }
  throw new Problem({
    kind: 'not_found',
    what: `nothing was heard of ${device} lately`,
    why: 'its last message is not among the newest of the log',
    next: 'wait until it speaks, look at gatuvakt connections, or give a message yourself',
  })
}

export const applyBody = filesBody.extend({
  dryRun: z.boolean().default(false),
  take: z.enum(['yaml', 'database']).optional(),
})

export interface WhoseAndWho {
  readonly organisation: OrganisationId
  readonly author: string
}

/** Brings one type into force, at once. */
export async function applyWork(
  parts: ApplyTypeParts,
  { organisation, author }: WhoseAndWho,
  { files, dryRun, take }: z.infer<typeof applyBody>,
): Promise<TypeApplyView> {
  const applied = await applyType(parts, files, { organisation, author, dryRun, take })
  return { ...appliedOf(organisation, applied), mistakes: mistakesView(applied.mistakes) }
}

export const rollBackBody = z.strictObject({
  type: z.string().min(3).max(120),
  to: z.int().min(1).optional(),
  dryRun: z.boolean().default(false),
})

/** An earlier text of a type becomes the present one. */
export async function rollBackWork(
  parts: ApplyTypeParts,
  { organisation, author }: WhoseAndWho,
  request: z.infer<typeof rollBackBody>,
): Promise<TypeRollBackView> {
  const result = await rollBackType(parts, {
    organisation,
    author,
    take: 'yaml',
    ...request,
  })
  return { ...appliedOf(organisation, result), backTo: result.backTo }
}
