import { organisationId, type OrganisationId } from '../domain/ids.ts'
import { checkObjects } from './check.ts'
import { checkTypeVectors, withoutVectors } from './check-vectors.ts'
import { wholeType } from './extend-type.ts'
import {
  misfitsOf,
  objectsOf,
  type DesiredObject,
  type LocatedObject,
} from './file-objects.ts'
import { wordsOf } from './issues.ts'
import type { JsonObject } from './json.ts'
import { kinds } from './kinds.ts'
import { inReadingOrder, type Mistake } from './mistake.ts'
import { objectSet, type ObjectSet } from './objects.ts'
import { parseYamlFile, placeIn } from './yaml-files.ts'

/** Files of one organisation at most, and what they may weigh together. */
export const MAX_FILES = 1_000
const MAX_TOTAL_CHARACTERS = 64 * 1024 * 1024

export interface ConfigurationText {
  /** Relative to the organisation's folder, with `/`. */
  readonly path: string
  readonly text: string
}

/** The files of one organisation, wherever they come from: a folder, or an upload. */
export interface ConfigurationFiles {
  /** Its slug; checked when it is parsed. */
  readonly organisation: string
  readonly files: readonly ConfigurationText[]
}

export interface Configuration {
  readonly organisation: OrganisationId
  readonly objects: readonly DesiredObject[]
}

export type ParsedConfiguration =
  | {
      readonly ok: true
      readonly configuration: Configuration
      /** Nothing that stops an apply, but worth a look. */
      readonly warnings: readonly Mistake[]
    }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/**
 * Reads the files of an organisation and holds them against the schemas and one another. References
 * may also lead to `stored`, the objects the database has already (see `readStoredSet`). Tells of
 * all mistakes at once, at most `MAX_MISTAKES`, by file and place. Vectors are not run; see
 * `readConfiguration`.
 */
export function parseConfiguration(
  files: ConfigurationFiles,
  stored: ObjectSet = objectSet([]),
): ParsedConfiguration {
  return conclusion(examine(files, stored))
}

/** The same, with the vectors of every device type run through it. */
export async function readConfiguration(
  files: ConfigurationFiles,
  stored: ObjectSet = objectSet([]),
): Promise<ParsedConfiguration> {
  const found = examine(files, stored)
  for (const { document, file } of found.types) {
    found.mistakes.push(...(await checkTypeVectors(document, file, files.files)))
  }
  const unproved = found.types.flatMap(({ file }) => withoutVectors(file, files.files))
  return conclusion({ ...found, warnings: [...found.warnings, ...unproved] })
}

interface Examined {
  /** Undefined when it cannot be one. */
  readonly organisation: OrganisationId | undefined
  readonly own: readonly LocatedObject[]
  /** The device types among them, with what they take over from others. */
  readonly types: readonly LocatedObject[]
  readonly mistakes: Mistake[]
  readonly warnings: readonly Mistake[]
}

function examine(files: ConfigurationFiles, stored: ObjectSet): Examined {
  const organisation = organisationId.safeParse(files.organisation)
  if (!organisation.success) {
    const what = `"${files.organisation.slice(0, 80)}" cannot be an organisation's slug`
    const why = 'expected lower-case letters, digits and hyphens, at most 63'
    const mistakes = [{ ...nowhere, what, why }]
    return { organisation: undefined, own: [], types: [], mistakes, warnings: [] }
  }
  const mistakes: Mistake[] = []
  const { objects, complete } = readObjects(files, mistakes)
  const own = unique(objects, mistakes)
  const types = wholeTypes(own, { stored, mistakes, complete })
  // A file that cannot be read hides objects: complaints that they are missing would be noise.
  const found = complete ? checkTogether(own, stored) : { mistakes: [], warnings: [] }
  mistakes.push(...found.mistakes)
  return { organisation: organisation.data, own, types, mistakes, warnings: found.warnings }
}

function conclusion({
  organisation,
  own,
  mistakes,
  warnings,
}: Examined): ParsedConfiguration {
  if (mistakes.length > 0 || organisation === undefined) {
    return { ok: false, mistakes: inReadingOrder(mistakes) }
  }
  return {
    ok: true,
    configuration: { organisation, objects: own.map(withoutPlace) },
    warnings: inReadingOrder(warnings),
  }
}

/** Every device type with what it extends; those that do are held against the schema here. */
function wholeTypes(
  own: readonly LocatedObject[],
  around: {
    readonly stored: ObjectSet
    readonly mistakes: Mistake[]
    readonly complete: boolean
  },
): LocatedObject[] {
  const { stored, mistakes, complete } = around
  const types = own.filter(({ kind }) => kind === 'deviceType')
  const byName = new Map(types.map(({ slug, document }) => [slug, document]))
  const find = (name: string): JsonObject | undefined =>
    byName.get(name) ?? stored.get('deviceType')?.get(name)
  return types.flatMap((type): LocatedObject[] => {
    const { document, file, base } = type
    if (!('extends' in document)) return [type]
    const whole = wholeType(document, find)
    if (!whole.ok) {
      const { what, why } = whole
      mistakes.push({ ...placeIn(file, [...base, 'extends']), what, why })
      return []
    }
    const known = typeof document['extends'] === 'string' && find(document['extends'])
    if (known === undefined || !complete) return []
    for (const misfit of misfitsOf('deviceType', whole.document)) {
      mistakes.push({
        ...placeIn(file, [...base, ...misfit.path], misfit.part),
        ...wordsOf(misfit),
      })
    }
    return [{ ...type, document: whole.document }]
  })
}

const nowhere = { file: 'organisation.yaml', line: 1, column: 1 }

const noOrganisation: Mistake = {
  file: 'organisation.yaml',
  line: 1,
  column: 1,
  what: 'no file says what the organisation is',
  next: 'write organisation: { name, timezone, languages } into organisation.yaml',
}

/** Everything but JSON is taken for YAML. */
function readObjects(
  { organisation, files }: ConfigurationFiles,
  mistakes: Mistake[],
): { readonly objects: LocatedObject[]; readonly complete: boolean } {
  const objects: LocatedObject[] = []
  let complete = true
  for (const { path, text } of withinBounds(files, mistakes)) {
    if (path.endsWith('.json') || path.endsWith('.js')) continue
    const parsed = parseYamlFile(path, text)
    if (parsed.ok) {
      objects.push(
        ...objectsOf(parsed.file, { organisation, mistakes, files, extendedLater: true }),
      )
    } else {
      mistakes.push(...parsed.mistakes)
      complete = false
    }
  }
  return { objects, complete }
}

function withoutPlace({ kind, slug, was, document }: LocatedObject): DesiredObject {
  return { kind, slug, document, ...(was !== undefined && { was }) }
}

function withinBounds(
  files: readonly ConfigurationText[],
  mistakes: Mistake[],
): readonly ConfigurationText[] {
  const total = files.reduce((sum, { text }) => sum + text.length, 0)
  if (files.length <= MAX_FILES && total <= MAX_TOTAL_CHARACTERS) return files
  const what = `more than ${MAX_FILES} files, or more than 64 MiB together`
  mistakes.push({ file: files[0]?.path ?? '', line: 1, column: 1, what })
  return []
}

/** The first of each kind and slug; the others are mistakes that name the first. */
function unique(objects: readonly LocatedObject[], mistakes: Mistake[]): LocatedObject[] {
  const first = new Map<string, LocatedObject>()
  const renamed = new Map<string, LocatedObject>()
  for (const one of objects) {
    const { kind, slug, was, file, base } = one
    const other = first.get(`${kind} ${slug}`)
    if (other === undefined) first.set(`${kind} ${slug}`, one)
    else {
      mistakes.push({
        ...placeIn(file, base, 'key'),
        what: `${kinds[kind].noun} "${slug}" is also in ${placeText(other)}`,
        next: 'keep one of them',
      })
    }
    if (was === undefined) continue
    const rival = renamed.get(`${kind} ${was}`)
    if (rival === undefined) renamed.set(`${kind} ${was}`, one)
    else {
      mistakes.push({
        ...placeIn(file, [...base, 'was']),
        what: `${rival.slug} was "${was}" too`,
        next: 'only one of them can go on as it',
      })
    }
  }
  return [...first.values()]
}

function placeText({ file, base }: LocatedObject): string {
  const { line, column } = file.at(base, 'key')
  return `${file.path}:${line}:${column}`
}

function checkTogether(
  own: readonly LocatedObject[],
  stored: ObjectSet,
): { readonly mistakes: Mistake[]; readonly warnings: Mistake[] } {
  const byName = new Map(own.map((one) => [`${one.kind} ${one.slug}`, one]))
  const renamed = new Set(own.map(({ kind, was }) => `${kind} ${was}`))
  const before = [...stored].flatMap(([kind, objects]) =>
    [...objects]
      .filter(([slug]) => !byName.has(`${kind} ${slug}`) && !renamed.has(`${kind} ${slug}`))
      .map(([slug, document]) => ({ kind, slug, document })),
  )
  // The files' own first: where two clash, the complaint then falls to the stored one, which a
  // pruning apply may be about to retire.
  const all = objectSet([...own, ...before])
  const mistakes: Mistake[] = all.get('organisation')?.size === 0 ? [noOrganisation] : []
  const warnings: Mistake[] = []
  for (const { severity, kind, slug, path, part, ...words } of checkObjects(all)) {
    const one = byName.get(`${kind} ${slug}`)
    // What is wrong with objects that only the database has, the apply will say.
    if (one === undefined) continue
    const mistake = { ...placeIn(one.file, [...one.base, ...path], part), ...words }
    if (severity === 'mistake') mistakes.push(mistake)
    else warnings.push(mistake)
  }
  return { mistakes, warnings }
}
