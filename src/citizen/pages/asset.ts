import { sinceTime } from '../../cases/local-time.ts'
import { stateNames } from '../../cases/texts.ts'
import type { PublicCaseView } from '../../cases/views.ts'
import type { Asset } from '../../domain/asset.ts'
import { fromIso } from '../../domain/time.ts'
import { html, type Html } from '../html.ts'
import { address, dangerBox, layout, textsOf, type PageContext } from '../layout.ts'

export interface AssetPage {
  readonly id: string
  readonly asset: Asset
  readonly known: readonly PublicCaseView[]
}

/** Where the code on the pole leads: what it is, and what we know of it before anybody types. */
export function assetPage(context: PageContext, { id, asset, known }: AssetPage): string {
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
      ${
        known.length === 0
          ? html`<p>${words.nothingKnown}</p>
              <p><a class="button" href="${other}">${words.report}</a></p>`
          : html`<section class="known" aria-labelledby="known">
                <h2 id="known">${words.known}</h2>
                ${known.map((view) => knownCase(context, id, view))}
              </section>
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

function knownCase(context: PageContext, asset: string, view: PublicCaseView): Html {
  const { asset: words } = textsOf(context)
  const { language, organisation, now } = context
  const opened = fromIso(view.openedAt) ?? now
  const since = sinceTime(opened, now, { timezone: organisation.timezone, language })
  const follow = address(context, '/report', {
    asset,
    category: view.categoryId,
    follow: '1',
  })
  return html`<h3>${view.category[language]}</h3>
    <p>${view.foundBySensor ? words.bySensor(since) : words.reported(since)}</p>
    <p>${words.status}: <strong>${stateNames[language][view.state]}</strong></p>
    <p>
      <a class="button" href="${follow}"
        >${words.follow}<span class="hidden">: ${view.category[language]}</span></a
      >
    </p>`
}
