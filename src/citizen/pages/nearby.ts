import { sinceTime } from '../../cases/local-time.ts'
import { stateNames } from '../../cases/texts.ts'
import type { Category } from '../../cases/category.ts'
import type { SuggestionView } from '../../cases/views.ts'
import { fromIso } from '../../domain/time.ts'
import type { FormValues } from '../form.ts'
import { html, type Html } from '../html.ts'
import { carried, layout, textsOf, type PageContext } from '../layout.ts'
import { answerField, choiceField, type TypedAnswers } from '../questions.ts'
import { photoField } from '../uploads.ts'

export interface NearbyPage {
  readonly suggestions: readonly SuggestionView[]
  readonly category: Category
  readonly values: FormValues
  readonly typed: TypedAnswers
  /** Ids of photos that were taken in. */
  readonly photos: readonly string[]
}

/** Open cases nearby, before a new one is made: one press says which it is, or that it is none. */
export function nearbyPage(context: PageContext, page: NearbyPage): string {
  const { nearby } = textsOf(context)
  return layout(context, {
    title: nearby.title,
    main: html`<h1>${nearby.title}</h1>
      <p class="lead">${nearby.lead}</p>
      <form action="/${context.organisation.id}/report" method="post">
        ${carried(context)} ${everything(page)}
        ${page.suggestions.map((one) => suggestion(context, one))}
        <p>
          <button type="submit" class="secondary" name="follows" value="none">
            ${nearby.none}
          </button>
        </p>
      </form>`,
  })
}

/** The form as it was typed, out of sight. */
function everything({ category, values, typed, photos }: NearbyPage): Html {
  const answers = category.questions.flatMap(({ code, answer }) =>
    (typed.get(code) ?? []).map((said): [string, string] =>
      answer === 'several' ? [choiceField(code, said), 'yes'] : [answerField(code), said],
    ),
  )
  const kept = photos.map((id): [string, string] => [photoField(id), 'yes'])
  return html`${[...Object.entries(values), ...answers, ...kept]
    .filter(([, value]) => value !== '')
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`
}

function suggestion(
  context: PageContext,
  { id, category, metres, state, openedAt }: SuggestionView,
): Html {
  const { nearby, asset } = textsOf(context)
  const { language, organisation, now } = context
  const { timezone } = organisation
  const since = sinceTime(fromIso(openedAt) ?? now, now, { timezone, language })
  // Nobody says within less where they stand.
  const away = nearby.away(Math.max(metres, 10))
  return html`<div class="panel">
    <h2>${category.name[language]}</h2>
    <p>${away} ${nearby.since(since)}</p>
    <p>${asset.status}: <strong>${stateNames[language][state]}</strong></p>
    <p>
      <button type="submit" name="follows" value="${id}">
        ${nearby.same}<span class="hidden">: ${category.name[language]}, ${away}</span>
      </button>
    </p>
  </div>`
}
