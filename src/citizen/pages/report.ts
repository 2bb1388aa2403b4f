import type { Category } from '../../cases/category.ts'
import { REPORT_TEXT_MAX } from '../../cases/report-input.ts'
import type { PublicCaseView } from '../../cases/views.ts'
import type { NoticeView } from '../../notices/notice.ts'
import type { FieldName, FormValues } from '../form.ts'
import { html, type Html } from '../html.ts'
import { carried, dangerBox, layout, textsOf, type PageContext } from '../layout.ts'
import type { SentPhotos } from '../uploads.ts'
import { inOrder, type Offered } from './categories.ts'
import { errorSummary, fieldError, type FieldError } from './errors.ts'
import { attributesOf, choice, labelled, type Attributes } from './fields.ts'
import { knownCases } from './known.ts'
import { noticeList } from './notices.ts'
import { photoErrors, photoFields } from './photo-fields.ts'
import { questionErrors, questionFields, type AskedQuestions } from './questions.ts'

export interface ReportPage {
  /** What can be chosen; asked for where `category` is not known yet. */
  readonly categories: Offered
  readonly category: Category | undefined
  /** Name of the thing that the form is about; undefined for none that one may know. */
  readonly assetName: string | undefined
  readonly values: FormValues
  readonly asked: AskedQuestions
  /** Undefined where no photos are taken. */
  readonly photos: SentPhotos | undefined
  readonly wrong: readonly FieldName[]
  /** Only to follow a fault that is known: what and where are settled. */
  readonly follow: boolean
  readonly known: readonly PublicCaseView[]
  readonly notices: readonly NoticeView[]
}

/** The form. Everything that was typed is still there when something was wrong. */
export function reportPage(context: PageContext, page: ReportPage): string {
  const texts = textsOf(context)
  const { form } = texts
  const { follow, values, notices, known } = page
  const title = follow ? form.followTitle : form.title
  const errors = errorsOf(context, page)
  const isWrong = errors.length > 0
  return layout(context, {
    title: isWrong ? `${form.errorPrefix} ${title}` : title,
    main: html`${isWrong ? errorSummary(form.errors, errors) : undefined}
      ${follow ? undefined : dangerBox(texts)}
      <h1>${title}</h1>
      ${follow ? followed(context, page) : undefined} ${noticeList(context, notices)}
      ${knownCases(context, values.asset, known)} ${formOf(context, page)}`,
  })
}

/** Which fault it is, and what following it means. */
function followed(context: PageContext, { category, assetName }: ReportPage): Html {
  const { form } = textsOf(context)
  const about = [category?.name[context.language], assetName].filter(Boolean).join(', ')
  return html`<p class="lead"><strong>${about}</strong></p>
    <p>${form.followLead}</p>`
}

function formOf(context: PageContext, page: ReportPage): Html {
  const { form } = textsOf(context)
  const { follow, category, photos, values } = page
  const encoding = photos === undefined ? undefined : html` enctype="multipart/form-data"`
  return html`<form
    action="/${context.organisation.id}/report"
    method="post"
    novalidate${encoding}
  >
    ${carried(context)}
    <input type="hidden" id="key" name="key" value="${values.key}" />
    ${follow ? settled(context, page) : what(context, page)}
    <div class="rest">
      ${follow ? undefined : whereAndMore(context, page)} ${contact(context, page)}
      ${trap(context, page)}
      <button type="submit">${follow ? form.sendFollow : form.send}</button>
    </div>
    ${follow || category === undefined ? undefined : another(context)}
  </form>`
}

/** In the order of the form. */
function errorsOf(context: PageContext, page: ReportPage): readonly FieldError[] {
  const { form } = textsOf(context)
  const { wrong, asked, photos } = page
  const of = (some: readonly FieldName[]): readonly FieldError[] =>
    some.map((field) => ({ field, message: form.wrong[field] }))
  const last: ReadonlySet<FieldName> = new Set([
    'name',
    'email',
    'phone',
    'updates',
    'website',
  ])
  return [
    ...of(wrong.filter((field) => field === 'category' || field === 'key')),
    ...questionErrors(context, asked),
    ...of(wrong.filter((f) => f !== 'category' && f !== 'key' && !last.has(f))),
    ...(photos === undefined ? [] : photoErrors(context, photos)),
    ...of(wrong.filter((field) => last.has(field))),
  ]
}

function settled(context: PageContext, { values, asked }: ReportPage): Html {
  const { asset, category } = values
  return html`<input type="hidden" name="follow" value="1" />
    <input type="hidden" id="asset" name="asset" value="${asset}" />
    <input type="hidden" id="category" name="category" value="${category}" />
    ${questionFields(context, asked)}`
}

/** The category, to choose or chosen, and what is asked with it. */
function what(context: PageContext, page: ReportPage): Html {
  const { category, values, asked } = page
  if (category === undefined) return categoryChoice(context, page)
  const { name, hint } = category
  return html`<h2>${name[context.language]}</h2>
    ${hint === undefined ? undefined : html`<p class="hint">${hint[context.language]}</p>`}
    <input type="hidden" id="category" name="category" value="${values.category}" />
    ${questionFields(context, asked)}`
}

/** Behind the button that sends: Enter in a field presses the first one of the form. */
function another(context: PageContext): Html {
  const { form } = textsOf(context)
  return html`<p>
    <button class="link" type="submit" name="step" value="category">${form.change}</button>
  </p>`
}

function categoryChoice(
  context: PageContext,
  { categories, values, wrong }: ReportPage,
): Html {
  const { form } = textsOf(context)
  const message = wrong.includes('category') ? form.wrong.category : undefined
  return html`<fieldset${
    message === undefined ? undefined : html` aria-describedby="category-error"`
  }><legend><h2>${form.what}</h2></legend>
${fieldError('category', form.errorPrefix, message)}
${inOrder(context, categories).map(([id, { name, hint }], at) => {
  // The error summary leads to the first choice.
  const own = at === 0 ? 'category' : `choice-${id}`
  const describedBy = hint === undefined ? {} : { 'aria-describedby': `${own}-hint` }
  const input = { type: 'radio', id: own, name: 'category', value: id, ...describedBy }
  return choice(input, name[context.language], {
    isChosen: values.category === id,
    more: hint && html`<p class="hint" id="${own}-hint">${hint[context.language]}</p>`,
  })
})}
</fieldset>`
}

function whereAndMore(context: PageContext, page: ReportPage): Html {
  const { form } = textsOf(context)
  const number = { maxlength: 80, autocapitalize: 'characters', autocomplete: 'off' }
  return html`<fieldset aria-describedby="place-hint">
      <legend><h2>${form.where}</h2></legend>
      <p class="hint" id="place-hint">${form.oneOf}</p>
      ${input(context, page, 'asset', number)}
      ${input(context, page, 'where', { maxlength: 300 })} ${coordinates(context, page)}
    </fieldset>
    ${labelled(
      context,
      fieldOf(context, page, 'text'),
      (common) =>
        html`<textarea${common} rows="5" maxlength="${REPORT_TEXT_MAX}">
${page.values.text}</textarea>`,
    )}
    ${page.photos === undefined ? undefined : photoFields(context, page.photos)}`
}

/** Few know them; whoever does, or came with them in the address, sees them. */
function coordinates(context: PageContext, page: ReportPage): Html {
  const { values, wrong } = page
  const degrees = { inputmode: 'decimal', maxlength: 20 }
  const isUsed = values.lat !== '' || values.lon !== '' || wrong.includes('lat')
  return html`<details${isUsed ? html` open` : undefined}>
    <summary>${textsOf(context).form.coordinates}</summary>
    <div class="pair">
      ${input(context, page, 'lat', degrees)} ${input(context, page, 'lon', degrees)}
    </div>
  </details>`
}

function contact(context: PageContext, page: ReportPage): Html {
  const { form } = textsOf(context)
  const box = { type: 'checkbox', id: 'updates', name: 'updates', value: 'yes' }
  const email = { maxlength: 254, type: 'email', autocomplete: 'email' }
  return html`<fieldset aria-describedby="contact-hint">
    <legend><h2>${form.contact}</h2></legend>
    <p class="hint" id="contact-hint">${form.contactHint}</p>
    ${input(context, page, 'name', { maxlength: 120, autocomplete: 'name' })}
    ${input(context, page, 'email', email)}
    ${input(context, page, 'phone', { maxlength: 30, type: 'tel', autocomplete: 'tel' })}
    ${choice(box, form.labels.updates, { isChosen: page.values.updates !== '' })}
  </fieldset>`
}

/** A field that people never see. */
function trap(context: PageContext, { values }: ReportPage): Html {
  return html`<div class="trap" aria-hidden="true">
    <label for="website">${textsOf(context).form.honeypot}</label>
    <input
      id="website"
      name="website"
      value="${values.website}"
      tabindex="-1"
      autocomplete="off"
    />
  </div>`
}

function input(
  context: PageContext,
  page: ReportPage,
  name: FieldName,
  attributes: Attributes,
): Html {
  return labelled(
    context,
    fieldOf(context, page, name),
    (common) =>
      html`<input${common}${attributesOf(attributes)} value="${page.values[name]}">`,
  )
}

/** One of them is enough. */
const saysWhere: ReadonlySet<FieldName> = new Set(['asset', 'where', 'lat', 'lon'])

function fieldOf(context: PageContext, { wrong }: ReportPage, name: FieldName) {
  const { form } = textsOf(context)
  return {
    name,
    label: form.labels[name],
    hint: form.hints[name],
    message: wrong.includes(name) ? form.wrong[name] : undefined,
    required: saysWhere.has(name) ? ('together' as const) : false,
  }
}
