import { Problem } from '../domain/problem.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { NewReport } from './cases.ts'
import type { Category } from './category.ts'
import { checkNear } from './far-away.ts'

/** Doors where somebody of the organisation writes it down, who may name what citizens cannot see. */
export const byStaff: ReadonlySet<NewReport['source']> = new Set([
  'phone',
  'visit',
  'internal',
  'inspection',
  'import',
])

/** Most photos of one report. */
const PHOTOS_MAX = 5

/**
 * The category of a report that makes sense in this organisation. Throws Problem invalid
 * (category, photos, place) or not_found (asset). To citizens a hidden asset is the same as none.
 */
export function checkReport(catalogue: CaseCatalogue, report: NewReport): Category {
  const staff = byStaff.has(report.source)
  const category = catalogue.categories.get(report.category)
  if (category === undefined || !(category.public || staff)) {
    throw new Problem({
      kind: 'invalid',
      what: 'There is no such category.',
      where: 'category',
      next: 'Choose one of the categories of the form.',
    })
  }
  if ((report.photos ?? []).length > PHOTOS_MAX) {
    throw new Problem({
      kind: 'invalid',
      what: `At most ${PHOTOS_MAX} photos come with a report.`,
      where: 'photos',
      next: 'Leave some out.',
    })
  }
  // What is imported may have happened before the organisation had what it has now.
  if (report.place !== undefined && report.source !== 'import') {
    checkNear(catalogue, report.place)
  }
  if (report.asset !== undefined) checkAsset(catalogue, category, report.asset, staff)
  return category
}

/** Throws Problem not_found for an asset that is not there or hidden, invalid for one of another type. */
function checkAsset(
  { assets }: CaseCatalogue,
  category: Category,
  id: string,
  staff: boolean,
): void {
  const asset = assets.get(id)
  if (asset === undefined || !(asset.public || staff)) {
    throw new Problem({
      kind: 'not_found',
      what: 'There is nothing with this number.',
      where: 'asset',
      next: 'Check the number, or leave it out and say in words where it is.',
    })
  }
  if (category.assetType !== undefined && category.assetType !== asset.type) {
    throw new Problem({
      kind: 'invalid',
      what: 'This category is about another kind of thing.',
      where: 'category',
      why: `It is for a ${category.assetType}, and this is a ${asset.type}.`,
      next: 'Choose another category.',
    })
  }
}
