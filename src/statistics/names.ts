import type { Language } from '../domain/language.ts'
import type { StatisticsGroup } from './views.ts'

/** What has a name beside its id, in figures and in files of cases. */
export type NamedBy = StatisticsGroup | 'asset' | 'assignee'

/** What these are called, as of now; left out is what nobody has a name for. */
export type NamesOf = (
  by: NamedBy,
  asked: { readonly keys: readonly string[]; readonly language: Language },
) => Promise<ReadonlyMap<string, string>>
