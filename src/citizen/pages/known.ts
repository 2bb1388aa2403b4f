import { sinceTime } from '../../cases/local-time.ts'
import { stateNames } from '../../cases/texts.ts'
import type { PublicCaseView } from '../../cases/views.ts'
import { fromIso } from '../../domain/time.ts'
import { html, type Html } from '../html.ts'
import { address, textsOf, type PageContext } from '../layout.ts'
import type { Shown } from '../shown.ts'
import { pictures } from './pictures.ts'

/** An open case, as everybody may know it. */
export interface KnownCase extends PublicCaseView {
  /** What people sent with it and somebody released; left out: nothing is shown of that here. */
  readonly shown?: Shown
}

/** Open cases at an asset, each with a way to follow it; nothing where none is known. */
export function knownCases(
  context: PageContext,
  asset: string,
  known: readonly KnownCase[],
): Html | undefined {
  if (known.length === 0) return undefined
  const { asset: words } = textsOf(context)
  return html`<section class="known" aria-labelledby="known">
    <h2 id="known">${words.known}</h2>
    ${known.map((view) => knownCase(context, asset, view))}
  </section>`
}

function knownCase(context: PageContext, asset: string, view: KnownCase): Html {
  const { asset: words, follow: texts } = textsOf(context)
  const { texts: said = [], photos = [] } = view.shown ?? {}
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
    ${
      photos.length === 0
        ? undefined
        : html`<h4>${texts.photos}</h4>
            ${pictures(context, `/${organisation.id}/a/${asset}/photos`, photos)}`
    }
    ${
      said.length === 0
        ? undefined
        : html`<h4>${texts.said}</h4>
            ${said.map((text) => html`<blockquote class="said">${text}</blockquote>`)}`
    }
    <p>
      <a class="button" href="${follow}"
        >${words.follow}<span class="hidden">: ${view.category[language]}</span></a
      >
    </p>`
}
