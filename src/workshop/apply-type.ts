import { applyConfiguration, type ApplyResult } from '../configuration/apply.ts'
import type { DesiredObject } from '../configuration/file-objects.ts'
import type { Mistake } from '../configuration/mistake.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { basesInForce } from './bases-in-force.ts'
import { typeVersions } from './types-in-force.ts'
import { checkTypeFiles, type TypeFiles } from './type-files.ts'

export interface ApplyTypeParts {
  readonly database: Database
  readonly clock: Clock
  /** Puts applied versions into force. */
  readonly activate: (organisation: OrganisationId) => Promise<void>
}

export interface ApplyTypeRequest {
  readonly organisation: OrganisationId
  /** `user:…` or `local`: who stands behind it. */
  readonly author: string
  /** Say what would happen and write nothing. */
  readonly dryRun?: boolean
  /** Whose word counts when somebody edited the type in the database meanwhile. */
  readonly take?: 'yaml' | 'database' | undefined
}

export interface AppliedType extends ApplyResult {
  /** Not empty: nothing was looked at further. */
  readonly mistakes: readonly Mistake[]
}

/**
 * Brings one device type into force, with nothing else: its document becomes part of a new version
 * of the configuration, and that version's activation record stands in the log behind it. Messages
 * from there on are understood with it; those before stay as they were understood.
 */
export async function applyType(
  parts: ApplyTypeParts,
  files: TypeFiles,
  request: ApplyTypeRequest,
): Promise<AppliedType> {
  const { read, mistakes } = await checkTypeFiles(
    files,
    basesInForce(parts.database, request.organisation),
  )
  if (read === undefined || mistakes.length > 0) {
    return { version: null, outcome: 'conflict', changes: [], mistakes }
  }
  const { object } = read
  const comment = `device type ${object.slug}`
  return { ...(await bring(parts, object, { ...request, comment })), mistakes: [] }
}

export interface RollBackRequest extends ApplyTypeRequest {
  /** `vendor/model@1.0.0` */
  readonly type: string
  /** Of the configuration, whose text of the type shall be back; left out: the text before the present one. */
  readonly to?: number | undefined
}

/**
 * Makes an earlier text of a type the present one, as a new version of the configuration: nothing is
 * undone, something is added. Rejects with Problem not_found when there is no such text.
 */
export async function rollBackType(
  parts: ApplyTypeParts,
  request: RollBackRequest,
): Promise<ApplyResult & { readonly backTo: number }> {
  const { organisation, type, to } = request
  const versions = await typeVersions(parts.database, organisation, type)
  const [present] = versions
  const earlier = versions.find(({ version, text }) =>
    to === undefined ? text !== present?.text : version === to,
  )
  if (present === undefined || earlier === undefined) {
    throw new Problem({
      kind: 'not_found',
      what:
        present === undefined
          ? `${organisation} never had the device type ${type}`
          : `${type} has no ${to === undefined ? 'earlier text' : `text of version ${to}`}`,
      next:
        present === undefined
          ? 'look at gatuvakt types list; a type is called by its whole name, with its version'
          : `its texts came with the versions ${versions.map(({ version }) => version).join(', ')}`,
    })
  }
  const object: DesiredObject = {
    kind: 'deviceType',
    slug: type,
    document: earlier.document,
  }
  const comment = `device type ${type} as in version ${earlier.version}`
  const result = await bring(parts, object, { ...request, comment })
  return { ...result, backTo: earlier.version }
}

async function bring(
  { database, clock, activate }: ApplyTypeParts,
  object: DesiredObject,
  { organisation, author, dryRun, take, comment }: ApplyTypeRequest & { comment: string },
): Promise<ApplyResult> {
  const result = await applyConfiguration(database, {
    configuration: { organisation, objects: [object] },
    author,
    comment,
    now: clock.now(),
    ...(dryRun !== undefined && { dryRun }),
    ...(take !== undefined && { take }),
  })
  if (result.version !== null) await activate(organisation)
  return result
}
