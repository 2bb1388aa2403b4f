import type { Asset } from '../../domain/asset.ts'
import type { NoticeView } from '../../notices/notice.ts'
import { html, type Html } from '../html.ts'
import { address, dangerBox, layout, textsOf, type PageContext } from '../layout.ts'
import { knownCases, type KnownCase } from './known.ts'
import { noticeList } from './notices.ts'

export interface AssetPage {
  readonly id: string
  readonly asset: Asset
  readonly known: readonly KnownCase[]
  readonly notices: readonly NoticeView[]
}

/** Where the code on the pole leads: what it is, and what we know of it before anybody types. */
export function assetPage(
  context: PageContext,
  { id, asset, known, notices }: AssetPage,
): string {
  const texts = textsOf(context)
  const { asset: words } = texts
  const other = address(context, '/report', { asset: id })
  return layout(context, {
    title: asset.name,
    main: html`${dangerBox(texts)}
      <h1>${asset.name}</h1>
      <dl class="facts">
        <dt>${words.id}</dt>
        <dd>${id.toUpperCase()}</dd>
        ${fact(words.owner, asset.owner)}
        ${asset.maintainer === asset.owner ? undefined : fact(words.maintainer, asset.maintainer)}
      </dl>
      ${noticeList(context, notices)}
      ${
        known.length === 0
          ? html`<p>${words.nothingKnown}</p>
              <p><a class="button" href="${other}">${words.report}</a></p>`
          : html`${knownCases(context, id, known)}
              <p><a class="button secondary" href="${other}">${words.other}</a></p>`
      }`,
  })
}

function fact(name: string, value: string | undefined): Html | undefined {
  return value === undefined
    ? undefined
    : html`<dt>${name}</dt>
        <dd>${value}</dd>`
}
