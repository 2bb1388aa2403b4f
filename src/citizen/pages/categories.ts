import type { Category } from '../../cases/category.ts'
import type { PublicCaseView } from '../../cases/views.ts'
import type { NoticeView } from '../../notices/notice.ts'
import { html, type Html } from '../html.ts'
import { address, dangerBox, layout, textsOf, type PageContext } from '../layout.ts'
import { knownCases } from './known.ts'
import { noticeList } from './notices.ts'

export type Offered = readonly (readonly [id: string, category: Category])[]

/** As people look for them: by the name that they read. */
export function inOrder({ language }: PageContext, categories: Offered): Offered {
  const { compare } = new Intl.Collator(language)
  return categories.toSorted(([, one], [, other]) =>
    compare(one.name[language], other.name[language]),
  )
}

/** Each leads to its form; under their headings, where they have some. */
export function categoryList(
  context: PageContext,
  categories: Offered,
  query: Readonly<Record<string, string>> = {},
): Html {
  const groups = Map.groupBy(inOrder(context, categories), ([, { group }]) => group ?? '')
  return html`${[...groups].map(
    ([group, some]) =>
      html`${group === '' ? undefined : html`<h3>${group}</h3>`}
        <ul class="choices">
          ${some.map(([id, category]) => offered(context, { ...query, category: id }, category))}
        </ul>`,
  )}`
}

function offered(
  context: PageContext,
  query: Readonly<Record<string, string>>,
  { name, hint }: Category,
): Html {
  const { language } = context
  return html`<li>
    <a href="${address(context, '/report', query)}">${name[language]}</a>${
      hint === undefined ? undefined : html`<span class="hint">${hint[language]}</span>`
    }
  </li>`
}

export interface CategoriesPage {
  readonly categories: Offered
  /** What the address says already: the asset, the place. */
  readonly query: Readonly<Record<string, string>>
  readonly asset?: { readonly id: string; readonly name: string }
  readonly known: readonly PublicCaseView[]
  readonly notices: readonly NoticeView[]
}

/** The first step: what it is about, and what is known of it already. */
export function categoriesPage(
  context: PageContext,
  { categories, query, asset, known, notices }: CategoriesPage,
): string {
  const texts = textsOf(context)
  const { form } = texts
  return layout(context, {
    title: form.title,
    main: html`${dangerBox(texts)}
      <h1>${form.title}</h1>
      ${asset === undefined ? undefined : html`<p class="lead">${asset.name}</p>`}
      ${noticeList(context, notices)}
      ${asset === undefined ? undefined : knownCases(context, asset.id, known)}
      <h2>${form.what}</h2>
      ${categoryList(context, categories, query)}`,
  })
}
