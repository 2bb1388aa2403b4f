import { z } from 'zod'
import { applyConfiguration } from '../../configuration/apply.ts'
import {
  assetsFromGeoJson,
  importConfiguration,
} from '../../configuration/import-assets.ts'
import { mistakeText } from '../../configuration/mistake.ts'
import { readConfiguration } from '../../configuration/parse.ts'
import { readStoredSet } from '../../configuration/stored.ts'
import { organisationId } from '../../domain/ids.ts'
import { appliedOf } from '../apply-view.ts'
import type { ApplyAnswer, importAssetsAnswer } from './answers.ts'
import type { LocalParts } from './parts.ts'

const uploaded = z.strictObject({
  organisation: organisationId,
  files: z
    .array(z.strictObject({ path: z.string().max(300), text: z.string() }))
    .max(1_000),
  dryRun: z.boolean().default(false),
  prune: z.boolean().default(false),
  take: z.enum(['yaml', 'database']).optional(),
})

/** Brings the files of one organisation into force, or says why not, by file and place. */
export async function applyUploaded(
  parts: LocalParts,
  input: unknown,
): Promise<ApplyAnswer> {
  const { organisation, files, dryRun, prune, take } = uploaded.parse(input)
  const stored = await readStoredSet(parts.database, organisation)
  const parsed = await readConfiguration({ organisation, files }, stored)
  if (!parsed.ok) {
    const mistakes = [...parsed.mistakes]
    return { organisation, version: null, changes: [], warnings: [], mistakes }
  }
  const result = await applyConfiguration(parts.database, {
    configuration: parsed.configuration,
    author: 'local',
    now: parts.clock.now(),
    dryRun,
    prune,
    take,
  })
  if (result.version !== null) await parts.activate(organisation)
  return { ...appliedOf(organisation, result), warnings: parsed.warnings.map(mistakeText) }
}

const geoJson = z.strictObject({
  organisation: organisationId,
  geojson: z.string(),
  dryRun: z.boolean().default(false),
  mapping: z.strictObject({
    type: z.string(),
    idProperty: z.string(),
    namePrefix: z.string(),
    public: z.boolean(),
    ownerProperty: z.string().optional(),
    maintainerProperty: z.string().optional(),
  }),
})

/** Makes assets of the points of a GeoJSON file. All or nothing. */
export async function importAssets(
  parts: LocalParts,
  input: unknown,
): Promise<z.infer<typeof importAssetsAnswer>> {
  const { organisation, geojson, dryRun, mapping } = geoJson.parse(input)
  const { ownerProperty, maintainerProperty, ...rest } = mapping
  const made = assetsFromGeoJson(geojson, {
    ...rest,
    ...(ownerProperty !== undefined && { ownerProperty }),
    ...(maintainerProperty !== undefined && { maintainerProperty }),
  })
  if (!made.ok) {
    const nothing = { organisation, version: null, changes: [], warnings: [], mistakes: [] }
    return { ...nothing, bad: made.bad.map(({ index, what }) => ({ index, what })) }
  }
  const result = await applyConfiguration(parts.database, {
    configuration: importConfiguration(organisation, made.objects),
    author: 'local',
    comment: 'import of assets',
    now: parts.clock.now(),
    source: 'import',
    dryRun,
  })
  if (result.version !== null) await parts.activate(organisation)
  return { ...appliedOf(organisation, result), bad: [] }
}
