import { html, type Content, type Html } from '../html.ts'
import { textsOf, type PageContext } from '../layout.ts'
import type { ErrorField } from '../form.ts'
import { fieldError } from './errors.ts'

export type Attributes = Readonly<Record<string, string | number>>

export interface FieldOf {
  /** Name and id. */
  readonly name: ErrorField
  readonly label: string
  readonly hint?: string | undefined
  readonly message?: string | undefined
  /** Left out: it may stay empty. `together`: what is said above the fields counts. */
  readonly required?: boolean | 'together'
}

/** A label with its field, its hint and what is wrong with it, all bound together. */
export function labelled(
  context: PageContext,
  { name, label, hint, message, required = false }: FieldOf,
  control: (common: Html) => Html,
): Html {
  const { form } = textsOf(context)
  const common = html` id="${name}"
  name="${name}"${described(name, hint, message)}${
    message === undefined ? undefined : html` aria-invalid="true"`
  }`
  const must =
    required === 'together'
      ? undefined
      : html` <span class="hint">(${required ? form.required : form.optional})</span>`
  return html`<div class="field">
    <label for="${name}">${label}${must}</label>
    ${hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${fieldError(name, form.errorPrefix, message)} ${control(common)}
  </div>`
}

/** The attribute that binds a field to its hint and to what is wrong with it. */
export function described(
  name: string,
  hint: string | undefined,
  message: string | undefined,
): Html | undefined {
  const ids = [
    hint === undefined ? [] : [`${name}-hint`],
    message === undefined ? [] : [`${name}-error`],
  ].flat()
  return ids.length === 0 ? undefined : html` aria-describedby="${ids.join(' ')}"`
}

export function attributesOf(attributes: Attributes): Content {
  return Object.entries(attributes).map(([name, value]) => html` ${name}="${value}"`)
}

/** A box or button with its label beside it. `more` stands below the label. */
export function choice(
  input: Attributes & { readonly id: string },
  label: string,
  { isChosen, more }: { readonly isChosen: boolean; readonly more?: Html | undefined },
): Html {
  return html`<div class="choice">
    <input${attributesOf(input)}${isChosen ? html` checked` : undefined}>
    <label for="${input.id}">${label}</label>${more}
  </div>`
}
