import type { ReportReceipt } from '../../cases/cases.ts'
import { sinceTime } from '../../cases/local-time.ts'
import { fromIso } from '../../domain/time.ts'
import { html, type Html } from '../html.ts'
import {
  address,
  framed,
  layout,
  pageAddress,
  textsOf,
  type PageContext,
} from '../layout.ts'

/** That it arrived, its number, what happens next, and the only place where the follow link is shown. */
export function receiptPage(context: PageContext, receipt: ReportReceipt): string {
  const { receipt: words } = textsOf(context)
  const title = receipt.known === null ? words.title : words.titleKnown
  return layout(context, {
    title,
    main: html`<div class="panel" ${toldAround(context, receipt)}>
        <h1>${title}</h1>
        <p>${words.number}<br /><strong class="number">${receipt.number}</strong></p>
      </div>
      ${knownSince(context, receipt)}
      <h2>${words.next}</h2>
      <p>${nextText(context, receipt)}</p>
      ${followLink(context, receipt)}
      <p><a href="${address(context, '')}">${words.home}</a></p>`,
  })
}

/** For the site around a frame. */
function toldAround(
  context: PageContext,
  { number, token }: ReportReceipt,
): Html | undefined {
  if (context.door.source !== 'embed') return undefined
  if (token === '') return html`data-number="${number}"`
  return html`data-number="${number}" data-follow="${`/f/${token}`}"`
}

function nextText(context: PageContext, { known, waits }: ReportReceipt): string {
  const { receipt: words } = textsOf(context)
  if (waits === true) return words.waits
  return known === null ? words.nextText : words.knownText
}

function knownSince(context: PageContext, { known }: ReportReceipt): Html | undefined {
  if (known === null) return undefined
  const { asset } = textsOf(context)
  const { language, organisation, now } = context
  const since = sinceTime(fromIso(known.since) ?? now, now, {
    timezone: organisation.timezone,
    language,
  })
  return html`<p class="lead">
    ${known.bySensor ? asset.bySensor(since) : asset.reported(since)}
  </p>`
}

function followLink(context: PageContext, { token }: ReportReceipt): Html {
  const { receipt: words } = textsOf(context)
  if (token === '') return html`<p>${words.again}</p>`
  const link = pageAddress(`/f/${token}`, { ...framed(context), lang: context.language })
  return html`<p><a class="button" href="${link}">${words.link}</a></p>
    <p class="hint">${words.linkHint}</p>`
}
