import type { Asset, EdgeKind } from '../domain/asset.ts'
import type { Language, LocalText } from '../domain/language.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../domain/time.ts'
import type { Channel, Desk, Rota } from './desk.ts'
import { derivedId } from '../database/derived-id.ts'
import type { Policy } from './steps.ts'

/** A person as desks know one. */
export interface DeskPerson {
  readonly name: string
  readonly email: string
}

/** What annunciation must know of the configuration. The active configuration has this shape. */
export interface DeskCatalogue {
  /** By id, in the order in which they are asked; what they name are ids. */
  readonly desks: ReadonlyMap<string, Desk>
  readonly rotas: ReadonlyMap<string, Rota>
  readonly channels: ReadonlyMap<string, Channel>
  readonly people: ReadonlyMap<string, DeskPerson>
  readonly assets: ReadonlyMap<string, Asset>
  readonly ruleNames: ReadonlyMap<string, LocalText>
  /** IANA name. */
  readonly zone: string
  readonly languages: readonly Language[]
}

/** What a desk decides on. */
export interface AlarmFacts {
  readonly priority: number
  /** Id of the rule, or a source's own code. */
  readonly rule: string
  readonly asset: string
  readonly faultClass: string
}

/** The desk that answers for an alarm: the first that takes it; undefined for the console alone. */
export function deskFor(
  {
    desks,
    assets,
  }: {
    readonly desks: ReadonlyMap<string, Pick<Desk, 'takes'>>
    readonly assets: ReadonlyMap<string, Pick<Asset, 'type'>>
  },
  facts: AlarmFacts,
): string | undefined {
  const type = assets.get(facts.asset)?.type
  const found = [...desks].find(
    ([, { takes }]) =>
      takes === undefined ||
      takes.some(
        ({ priorities, rules, assetTypes, faultClasses }) =>
          (priorities?.includes(facts.priority) ?? true) &&
          (rules?.includes(facts.rule) ?? true) &&
          (assetTypes === undefined || (type !== undefined && assetTypes.includes(type))) &&
          (faultClasses?.includes(facts.faultClass) ?? true),
      ),
  )
  return found?.[0]
}

/** What hangs together by power goes before what stands together, and so on. */
const strongest: readonly EdgeKind[] = ['FEEDS', 'CONTAINS', 'PROCESS', 'COMM_VIA']

/** Faults of one class on what hangs on one asset are told together. */
export function groupKey(
  { assets }: Pick<DeskCatalogue, 'assets'>,
  { faultClass, asset }: Pick<AlarmFacts, 'faultClass' | 'asset'>,
): string {
  const parents = assets.get(asset)?.parents ?? []
  const root = strongest
    .map((edge) => parents.find((parent) => parent.edge === edge)?.asset)
    .find((found) => found !== undefined)
  return derivedId('group', faultClass, root ?? asset)
}

/** Of a desk that was retired while alarms were with it: nobody new is told. */
const retired: Policy = {
  group: {
    wait: durationUs(30 * SECOND),
    interval: durationUs(5 * MINUTE),
    repeat: durationUs(4 * HOUR),
  },
  steps: [],
  acknowledgeWithin: {},
}

/** How a desk escalates. */
export function policyOf({ desks }: Pick<DeskCatalogue, 'desks'>, desk: string): Policy {
  return desks.get(desk) ?? retired
}

/** In which language a desk writes. */
export function languageOf(
  { desks, languages }: Pick<DeskCatalogue, 'desks' | 'languages'>,
  desk: string,
): Language {
  return desks.get(desk)?.language ?? languages[0] ?? 'en'
}
