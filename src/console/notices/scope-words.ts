import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type { Language } from '../../domain/language.ts'
import { namesIn } from '../cases/names.ts'
import type { Format } from '../format/format.ts'
import type { NoticeMessages } from '../messages/messages-public.ts'
import type { NoticeScope } from './notice-input.ts'

/** Assets that are named one by one; of more only the first and how many more. */
const NAMED = 3

interface Known {
  readonly notices: NoticeMessages
  readonly language: Language
  readonly format: Format
  /** Undefined until it has come: then ids stand for names. */
  readonly choices: CaseChoicesView | undefined
}

/** About what a notice is: the categories, or everything. */
export function aboutWords({ categories }: NoticeScope, known: Known): string {
  const names = namesIn(known.choices, known.language)
  if (categories.length === 0) return known.notices.allCategories
  return categories.map(names.category).join(', ')
}

/** Where a notice counts; several of them narrow it together. */
export function whereWords(scope: NoticeScope, known: Known): string {
  const { notices, format } = known
  const { area, around, assets } = scope
  const parts = [
    area === undefined ? '' : areaName(area, known.choices),
    around === undefined
      ? ''
      : notices.around(
          format.number(around.radius),
          `${format.degrees(around.place.lat)}, ${format.degrees(around.place.lon)}`,
        ),
    assets.slice(0, NAMED).join(', ') +
      (assets.length > NAMED ? ` + ${format.number(assets.length - NAMED)}` : ''),
  ]
  const said = parts.filter((part) => part !== '')
  return said.length === 0 ? notices.places.everywhere : said.join(' · ')
}

/** Name of an area; its id where the configuration does not know it any more, nothing for none. */
export function areaName(area: string, choices: CaseChoicesView | undefined): string {
  return choices?.areas.find(({ id }) => id === area)?.name ?? area
}
