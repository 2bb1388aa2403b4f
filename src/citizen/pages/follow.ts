import { longTime } from '../../cases/local-time.ts'
import { reasonTexts, stateNames } from '../../cases/texts.ts'
import type { PublicCaseView } from '../../cases/views.ts'
import { fromIso } from '../../domain/time.ts'
import { html, type Html } from '../html.ts'
import { layout, textsOf, type PageContext } from '../layout.ts'

/** What became of the report, newest state first, then everything that happened in order. */
export function followPage(context: PageContext, view: PublicCaseView): string {
  const { follow } = textsOf(context)
  const { language } = context
  const { closingReason, closingText } = view
  const title = `${follow.title} ${view.number}`
  return layout(context, {
    title,
    main: html`<h1>${title}</h1>
      <p class="lead">
        ${view.category[language]}${
          view.asset === null ? undefined : `, ${view.asset.name}`
        }
      </p>
      <div class="panel">
        <p>${follow.status}: <strong>${stateNames[language][view.state]}</strong></p>
        ${closingReason === null ? undefined : html`<p>${reasonTexts[language][closingReason]}</p>`}
        ${closingText === null ? undefined : html`<p class="said">${closingText}</p>`}
      </div>
      <p>
        ${follow.opened} ${time(context, view.openedAt)}.
        ${view.foundBySensor ? follow.sensor : undefined}
      </p>
      <h2>${follow.history}</h2>
      <ol class="timeline">
        ${view.events.map((event) => timelineEntry(context, event))}
      </ol>
      <p class="hint">${follow.keep}</p>`,
  })
}

function timelineEntry(
  context: PageContext,
  { at, kind, text }: PublicCaseView['events'][number],
): Html {
  const events: Readonly<Record<string, string>> = textsOf(context).follow.events
  return html`<li>
    ${time(context, at)}<br /><strong>${events[kind] ?? kind}</strong>${
      text === null ? undefined : html`<p class="said">${text}</p>`
    }
  </li>`
}

function time(context: PageContext, iso: string): Html {
  const { language, organisation, now } = context
  const shown = longTime(fromIso(iso) ?? now, { timezone: organisation.timezone, language })
  return html`<time datetime="${iso}">${shown}</time>`
}
