import type { Template } from '../cases/template.ts'
import type { Resolved } from './activate.ts'

/** Templates by id, their categories by id as well. */
export function templatesOf({
  typed,
  idOf,
}: Pick<Resolved, 'typed' | 'idOf'>): ReadonlyMap<string, Template> {
  return new Map(
    [...typed.template].map(([slug, template]) => {
      const { categories, ...when } = template.when
      const known = categories?.map((one) => idOf('category', one))
      return [
        idOf('template', slug),
        { ...template, when: known === undefined ? when : { ...when, categories: known } },
      ]
    }),
  )
}
