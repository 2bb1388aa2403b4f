import type { Category } from '../../cases/category.ts'
import { REPORT_TEXT_MAX } from '../../cases/report-input.ts'
import type { FieldName, FormValues } from '../form.ts'
import { html, type Content, type Html } from '../html.ts'
import { dangerBox, layout, textsOf, type PageContext } from '../layout.ts'
import { errorSummary, fieldError } from './errors.ts'

export interface ReportPage {
  readonly categories: readonly (readonly [id: string, category: Category])[]
  readonly values: FormValues
  readonly wrong: readonly FieldName[]
  /** Only to follow a fault that is known: what and where are settled. */
  readonly follow: boolean
}

/** The whole form on one page. Everything that was typed is still there when something was wrong. */
export function reportPage(context: PageContext, page: ReportPage): string {
  const texts = textsOf(context)
  const { form } = texts
  const title = page.follow ? form.followTitle : form.title
  const errors = page.wrong.map((field) => ({ field, message: form.wrong[field] }))
  return layout(context, {
    title: errors.length === 0 ? title : `${form.errorPrefix} ${title}`,
    main: html`${errors.length === 0 ? undefined : errorSummary(form.errors, errors)}
      ${page.follow ? undefined : dangerBox(texts)}
      <h1>${title}</h1>
      ${page.follow ? html`<p class="lead">${form.followLead}</p>` : undefined}
      <form action="/${context.organisation.id}/report" method="post" novalidate>
        <input type="hidden" name="lang" value="${context.language}" />
        <input type="hidden" id="key" name="key" value="${page.values.key}" />
        ${page.follow ? settled(page.values) : whatAndWhere(context, page)}
        ${contact(context, page)}
        <div class="trap">
          <label for="website">${form.honeypot}</label>
          <input
            id="website"
            name="website"
            value="${page.values.website}"
            tabindex="-1"
            autocomplete="off"
          />
        </div>
        <button type="submit">${page.follow ? form.sendFollow : form.send}</button>
      </form>`,
  })
}

function settled({ asset, category }: FormValues): Html {
  return html`<input type="hidden" name="follow" value="1" />
    <input type="hidden" id="asset" name="asset" value="${asset}" />
    <input type="hidden" id="category" name="category" value="${category}" />`
}

function whatAndWhere(context: PageContext, page: ReportPage): Html {
  const { form } = textsOf(context)
  return html`${categoryChoice(context, page)}
    <fieldset>
      <legend><h2>${form.where}</h2></legend>
      ${input(context, page, 'asset', { maxlength: 80, autocapitalize: 'characters', autocomplete: 'off' })}
      ${input(context, page, 'where', { maxlength: 300 })}
      <div class="pair">
        ${input(context, page, 'lat', { inputmode: 'decimal', maxlength: 20 })}
        ${input(context, page, 'lon', { inputmode: 'decimal', maxlength: 20 })}
      </div>
    </fieldset>
    ${textarea(context, page)}`
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
${categories.map(([id, { name, hint }], at) => {
  // The error summary leads to the first choice.
  const own = at === 0 ? 'category' : `choice-${id}`
  return html`<div class="choice">
    <input
      type="radio"
      id="${own}"
      name="category"
      value="${id}"
      ${
        values.category === id ? html` checked` : undefined
      }${hint === undefined ? undefined : html` aria-describedby="${own}-hint"`}
    />
    <label for="${own}">${name[context.language]}</label>${
      hint === undefined
        ? undefined
        : html`<p class="hint" id="${own}-hint">${hint[context.language]}</p>`
    }
  </div>`
})}
</fieldset>`
}

function contact(context: PageContext, page: ReportPage): Html {
  const { form } = textsOf(context)
  const { updates } = page.values
  return html`<fieldset aria-describedby="contact-hint">
    <legend><h2>${form.contact}</h2></legend>
    <p class="hint" id="contact-hint">${form.contactHint}</p>
    ${input(context, page, 'name', { maxlength: 120, autocomplete: 'name' })}
    ${input(context, page, 'email', { maxlength: 254, type: 'email', autocomplete: 'email' })}
    ${input(context, page, 'phone', { maxlength: 30, type: 'tel', autocomplete: 'tel' })}
    <div class="choice">
      <input
        type="checkbox"
        id="updates"
        name="updates"
        value="yes"
        ${updates === '' ? undefined : html` checked`}
      />
      <label for="updates">${form.labels.updates}</label>
    </div>
  </fieldset>`
}

type Attributes = Readonly<Record<string, string | number>>

function input(
  context: PageContext,
  page: ReportPage,
  name: FieldName,
  attributes: Attributes,
): Html {
  return field(
    context,
    page,
    name,
    (common) =>
      html`<input${common}${attributesOf(attributes)} value="${page.values[name]}">`,
  )
}

function textarea(context: PageContext, page: ReportPage): Html {
  return field(
    context,
    page,
    'text',
    (common) =>
      html`<textarea${common} rows="5" maxlength="${REPORT_TEXT_MAX}">
${page.values.text}</textarea>`,
  )
}

/** A label with its field, its hint and what is wrong with it, all bound together. */
function field(
  context: PageContext,
  { wrong }: ReportPage,
  name: FieldName,
  control: (common: Html) => Html,
): Html {
  const { form } = textsOf(context)
  const message = wrong.includes(name) ? form.wrong[name] : undefined
  const hint = form.hints[name]
  const described = [
    hint === undefined ? [] : [`${name}-hint`],
    message === undefined ? [] : [`${name}-error`],
  ].flat()
  const common = html` id="${name}"
  name="${name}"${
    described.length === 0 ? undefined : html` aria-describedby="${described.join(' ')}"`
  }${message === undefined ? undefined : html` aria-invalid="true"`}`
  return html`<div class="field">
    <label for="${name}"
      >${form.labels[name]} <span class="hint">(${form.optional})</span></label
    >
    ${hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${fieldError(name, form.errorPrefix, message)} ${control(common)}
  </div>`
}

function attributesOf(attributes: Attributes): Content {
  return Object.entries(attributes).map(([name, value]) => html` ${name}="${value}"`)
}
