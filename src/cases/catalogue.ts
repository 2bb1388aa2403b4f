import type { Asset } from '../domain/asset.ts'
import type { LocalText } from '../domain/language.ts'
import type { Area, Category, Route, Unit } from './category.ts'
import type { Template } from './template.ts'
import { anyFault } from './texts.ts'

/** What cases must know of the configuration. The active configuration has this shape. */
export interface CaseCatalogue {
  /** By id, as are units, areas and assets. */
  readonly categories: ReadonlyMap<string, Category>
  readonly routes: readonly Route[]
  readonly units: ReadonlyMap<string, Unit>
  readonly areas: ReadonlyMap<string, Area>
  readonly assets: ReadonlyMap<string, Asset>
  /** By id; left out: the organisation has none. */
  readonly templates?: ReadonlyMap<string, Template>
}

/** What a fault is called and joined by. The id is empty for a fault class no category has. */
export interface FaultKind {
  readonly category: string
  readonly joinClass: string
}

/** The key between alarms and reports: faults of one join class on one asset are one case. */
export function joinClassOf(category: Category): string {
  return category.joinClass ?? category.faultClass
}

/**
 * The category an alarm belongs to. Of several with its fault class the one made for the asset's
 * type wins, then one for any asset, then the first.
 */
export function kindOfFault(
  catalogue: CaseCatalogue,
  faultClass: string,
  asset: string,
): FaultKind {
  const type = catalogue.assets.get(asset)?.type
  const fitting = [...catalogue.categories].filter(([, c]) => c.faultClass === faultClass)
  const chosen =
    fitting.find(([, c]) => c.assetType !== undefined && c.assetType === type) ??
    fitting.find(([, c]) => c.assetType === undefined) ??
    fitting[0]
  if (chosen === undefined) return { category: '', joinClass: faultClass }
  return { category: chosen[0], joinClass: joinClassOf(chosen[1]) }
}

/** Name of a category for people; of a fault without one, or with one that is gone, a plain word. */
export function categoryName(catalogue: CaseCatalogue, id: string): LocalText {
  return catalogue.categories.get(id)?.name ?? anyFault
}

/** Categories citizens may choose for this asset, or for a mere place when it is left out. */
export function publicCategories(
  catalogue: CaseCatalogue,
  assetType?: string,
): readonly (readonly [id: string, category: Category])[] {
  return [...catalogue.categories].filter(
    ([, c]) =>
      c.public &&
      (c.assetType === undefined || assetType === undefined || c.assetType === assetType),
  )
}

/** The asset if citizens may know that it exists. */
export function publicAsset(catalogue: CaseCatalogue, id: string): Asset | undefined {
  const asset = catalogue.assets.get(id)
  return asset?.public === true ? asset : undefined
}
