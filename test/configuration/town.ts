import { expect } from 'vitest'
import {
  applyConfiguration,
  type ApplyRequest,
  type ApplyResult,
} from '../../src/configuration/apply.ts'
import { mistakeText } from '../../src/configuration/mistake.ts'
import {
  parseConfiguration,
  readConfiguration,
  type ConfigurationFiles,
  type Configuration,
  type ParsedConfiguration,
} from '../../src/configuration/parse.ts'
import type { Database } from '../../src/database/database.ts'
import { timeUs } from '../../src/domain/time.ts'

/** A small town, sound in every part; a test replaces the files it speaks of. */
export const town: Readonly<Record<string, string>> = {
  'organisation.yaml':
    'organisation: { name: North, timezone: Europe/Stockholm, languages: [sv, en] }\n',
  'assets.yaml': `assets:
  cabinet-1: { name: Cabinet 1, type: StreetlightControlCabinet }
  lamp-1:
    name: Lamp 1, Åsgatan
    type: Streetlight
    place: { lat: 58.35, lon: 11.43 }
    owner: The County
    maintainer: Light & Road Ltd
    public: true
    parents:
      - { edge: FEEDS, asset: cabinet-1 }
  lamp-2:
    name: Lamp 2
    type: Streetlight
    parents:
      - { edge: FEEDS, asset: cabinet-1 }
`,
  'devices.yaml': `devices:
  slc-1: { type: acme/slc@1.0.0, asset: lamp-1 }
  slc-2: { type: acme/slc@1.0.0, asset: lamp-2, measures: { watts: power } }
`,
  'device-types/acme-slc/type.yaml': `type: acme/slc@1.0.0
description: A lamp controller
mqtt: { topic: 'lights/{organisation}/{device}/status' }
interval: 60s
points:
  power: { path: $.p, unit: W }
  level: { path: $.dim, optional: true }
`,
  'rules/lights.yaml': `rules:
  dark:
    name: { sv: Mörk, nb: Mørk, en: Dark }
    priority: 3
    assets: { type: Streetlight }
    condition: { kind: threshold, role: power, below: 5 }
    onDelay: 1m
    faultClass: light_out
  silent:
    name: { sv: Tyst, nb: Taus, en: Silent }
    priority: 4
    assets: { slugs: [lamp-2] }
    condition: { kind: noData, timeout: 10m }
    faultClass: light_silent
`,
  'cases.yaml': `units:
  light: { name: Light, email: light@north.example }
areas:
  centre: { name: Centre, ring: [[11, 58], [12, 58], [12, 59], [11, 58]] }
categories:
  light-out:
    name: { sv: Släckt, nb: Mørk, en: Out }
    faultClass: light_out
routes:
  rest: { order: 20, unit: light }
  lights: { order: 10, when: { category: light-out, area: centre }, unit: light }
`,
  'users.yaml':
    'users:\n  ada: { name: Ada, email: Ada@north.example, roles: [administrator], language: sv }\n',
}

type Files = Readonly<Record<string, string | undefined>>

/** Parses the town with some files replaced, added or (undefined) left out. */
export function parseTown(changed: Files = {}): ParsedConfiguration {
  return parseFiles({ ...town, ...changed })
}

function parseFiles(files: Files): ParsedConfiguration {
  return parseConfiguration(filesOf(files))
}

function filesOf(files: Files): ConfigurationFiles {
  return {
    organisation: 'north',
    files: Object.entries(files).flatMap(([path, text]) =>
      text === undefined ? [] : [{ path, text }],
    ),
  }
}

/** The same with the vectors run: what is wrong, one line each. */
export async function vectorMistakesIn(changed: Files): Promise<string[]> {
  const parsed = await readConfiguration(filesOf({ ...town, ...changed }))
  return parsed.ok ? [] : parsed.mistakes.map(mistakeText)
}

/** What is wrong with the files, one line each. */
export function mistakesIn(files: Files): string[] {
  const parsed = parseTown(files)
  return parsed.ok ? [] : parsed.mistakes.map(mistakeText)
}

export function sound(parsed: ParsedConfiguration): Configuration {
  if (!parsed.ok) throw new Error(parsed.mistakes.map(mistakeText).join('\n'))
  return parsed.configuration
}

const noon = Date.UTC(2026, 10, 20, 12) * 1_000

/** Applies files as the town's, `minute` minutes after noon. */
export async function applyTown(
  database: Database,
  changed: Files = {},
  { minute = 0, ...more }: { minute?: number } & Partial<ApplyRequest> = {},
): Promise<ApplyResult> {
  return applyConfiguration(database, {
    configuration: sound(parseTown(changed)),
    author: 'user:ada',
    now: timeUs(noon + minute * 60_000_000),
    ...more,
  })
}

/** The changes that are changes, as `rename asset lamp-1`. */
export function changesOf({ changes }: ApplyResult): string[] {
  return changes
    .filter(({ change }) => change !== 'unchanged')
    .map(({ change, kind, slug, fields }) => [change, kind, slug, ...fields].join(' '))
}

/** Replaces a part of a file of the town, which must be there. */
export function townFile(file: string, part: string | RegExp, by: string): Files {
  const text = town[file] ?? ''
  const changed = text.replace(part, by)
  expect(changed).not.toBe(text)
  return { [file]: changed }
}

export const minuteUs = (minute: number) => noon + minute * 60_000_000
