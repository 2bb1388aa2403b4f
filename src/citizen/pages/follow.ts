import { longTime } from '../../cases/local-time.ts'
import type { FollowedCase } from '../../cases/cases.ts'
import { reasonTexts, stateNames } from '../../cases/texts.ts'
import type { PublicCaseView } from '../../cases/views.ts'
import { fromIso } from '../../domain/time.ts'
import { html, type Html } from '../html.ts'
import { framed, layout, pageAddress, textsOf, type PageContext } from '../layout.ts'
import type { Shown } from '../shown.ts'
import type { CitizenTexts } from '../texts.ts'
import { choice, type Attributes } from './fields.ts'
import { photoFields } from './photo-fields.ts'
import { pictures } from './pictures.ts'

/** What came of a form on the page, and what goes into the next one. */
export interface FollowForm {
  readonly token: string
  /** Makes the form one, however often it is sent. */
  readonly key: string
  /** What was typed and not taken. */
  readonly text: string
  readonly judgement: string
  readonly outcome: 'none' | keyof CitizenTexts['follow']['outcomes']
  /** Is it asked how it ended? */
  readonly asks: boolean
  /** Do letters go to this follower? */
  readonly letters: boolean
  readonly takesPhotos: boolean
  readonly shown: Shown
}

/** What became of the report, newest state first, then everything that happened in order. */
export function followPage(
  context: PageContext,
  view: FollowedCase,
  form: FollowForm,
): string {
  const { follow } = textsOf(context)
  const { language } = context
  const { closingReason, closingText } = view
  const automatic = view.automatic[language]
  const title = `${follow.title} ${view.number}`
  return layout(context, {
    title,
    main: html`<h1>${follow.title} <span class="whole">${view.number}</span></h1>
      <p class="lead">
        ${view.category[language]}${
          view.asset === null ? undefined : `, ${view.asset.name}`
        }
      </p>
      ${outcome(context, form)}
      <div class="panel">
        <p>${follow.status}: <strong>${stateNames[language][view.state]}</strong></p>
        ${closingReason === null ? undefined : html`<p>${reasonTexts[language][closingReason]}</p>`}
        ${automatic === undefined ? undefined : html`<p class="said">${automatic}</p>`}
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
      ${released(context, form)} ${form.asks ? surveyForm(context, form) : undefined}
      ${sayForm(context, view, form)} ${withdrawForm(context, view, form)}
      ${form.letters ? quietForm(context, form) : undefined}
      <p class="hint">${follow.keep}</p>`,
  })
}

function outcome(context: PageContext, { outcome: came }: FollowForm): Html | undefined {
  if (came === 'none') return undefined
  const { outcomes } = textsOf(context).follow
  return errors.has(came)
    ? html`<div class="errors" role="alert" tabindex="-1" autofocus>
        <p>
          ${
            came === 'unchosen'
              ? html`<a href="#satisfied-yes">${outcomes[came]}</a>`
              : outcomes[came]
          }
        </p>
      </div>`
    : html`<div class="panel" role="status"><p>${outcomes[came]}</p></div>`
}

const errors: ReadonlySet<FollowForm['outcome']> = new Set([
  'refused',
  'unchosen',
  'photos',
  'not_alone',
])

/** What others sent and somebody released. */
function released(
  context: PageContext,
  { token, shown: { texts, photos } }: FollowForm,
): Html {
  const { follow } = textsOf(context)
  return html`${
    photos.length === 0
      ? undefined
      : html`<h2>${follow.photos}</h2>
          ${pictures(context, `/f/${token}/photos`, photos)}`
  }${
    texts.length === 0
      ? undefined
      : html`<h2>${follow.said}</h2>
          ${texts.map((text) => html`<blockquote class="said">${text}</blockquote>`)}`
  }`
}

/** Adds something, answers a question, or says that it is not mended. */
function sayForm(
  context: PageContext,
  view: FollowedCase,
  { token, key, text, takesPhotos }: FollowForm,
): Html {
  const { follow } = textsOf(context)
  const asked = view.state === 'waiting_reporter'
  const open = view.closingReason === null
  if (view.openAnew) return html`<p>${follow.reportAnew}</p>`
  return html`<h2>${asked ? follow.answer : follow.add}</h2>
    <form
      method="post"
      action="${action(context, token, 'say')}"
      ${takesPhotos ? html` enctype="multipart/form-data"` : undefined}
    >
      <input type="hidden" name="key" value="${key}" />
      <div class="field">
        <label for="text">${follow.text}</label>
        <p class="hint" id="text-hint">${follow.textHint}</p>
        <textarea
          id="text"
          name="text"
          rows="4"
          maxlength="2000"
          aria-describedby="text-hint"
        >
${text}</textarea>
      </div>
      ${takesPhotos ? photoFields(context, { ids: [], wrong: [] }) : undefined}
      <button type="submit" name="wish" value="none">
        ${asked ? follow.sendAnswer : follow.send}
      </button>
      ${
        view.mayReopen || (open && view.state === 'done_reported')
          ? html`<button type="submit" class="secondary" name="wish" value="reopen">
              ${follow.stillBroken}
            </button>`
          : undefined
      }
    </form>`
}

/** One question; the rest is for those who want to say more. */
function surveyForm(context: PageContext, { token, judgement }: FollowForm): Html {
  const { survey } = textsOf(context).follow
  return html`<h2>${survey.title}</h2>
    <form method="post" action="${action(context, token, 'judge')}">
      <fieldset>
        <legend>${survey.question}</legend>
        ${box('radio', 'satisfied-yes', survey.yes, { name: 'satisfied', value: 'yes' })}
        ${box('radio', 'satisfied-no', survey.no, { name: 'satisfied', value: 'no' })}
      </fieldset>
      ${box('checkbox', 'reopen', survey.reopen, { name: 'reopen', value: 'yes' })}
      ${box('checkbox', 'contact', survey.contact, { name: 'contact', value: 'yes' })}
      <div class="field">
        <label for="judgement">${survey.text}</label>
        <textarea id="judgement" name="text" rows="3" maxlength="2000">
${judgement}</textarea>
      </div>
      <button type="submit">${survey.send}</button>
    </form>`
}

function box(type: string, id: string, label: string, rest: Attributes): Html {
  return choice({ type, id, ...rest }, label, { isChosen: false })
}

function quietForm(context: PageContext, { token }: FollowForm): Html {
  const { follow } = textsOf(context)
  return html`<h2>${follow.mail}</h2>
    <form method="post" action="${action(context, token, 'quiet')}">
      <p class="hint">${follow.quietHint}</p>
      <button type="submit" class="secondary">${follow.quiet}</button>
    </form>`
}

function withdrawForm(
  context: PageContext,
  { mayWithdraw }: FollowedCase,
  { token }: FollowForm,
): Html | undefined {
  if (!mayWithdraw) return undefined
  const { follow } = textsOf(context)
  return html`<h2>${follow.withdraw}</h2>
    <form method="post" action="${action(context, token, 'withdraw')}">
      <p class="hint">${follow.withdrawHint}</p>
      <button type="submit" class="secondary">${follow.withdraw}</button>
    </form>`
}

function action(context: PageContext, token: string, what: string): string {
  const { language } = context
  return pageAddress(`/f/${token}/${what}`, { ...framed(context), lang: language })
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
