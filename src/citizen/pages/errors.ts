import { html, type Html } from '../html.ts'
import type { ErrorField } from '../form.ts'

export interface FieldError {
  readonly field: ErrorField
  readonly message: string
}

/** What is wrong, at the top, each a link to its field. It has the focus and is read out when the page comes. */
export function errorSummary(title: string, errors: readonly FieldError[]): Html {
  return html`<div
    class="errors"
    role="alert"
    aria-labelledby="errors"
    tabindex="-1"
    autofocus
  >
    <h2 id="errors">${title}</h2>
    <ul>
      ${errors.map(({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`)}
    </ul>
  </div>`
}

/** The same sentence at the field itself. */
export function fieldError(
  field: ErrorField,
  prefix: string,
  message: string | undefined,
): Html | undefined {
  if (message === undefined) return undefined
  return html`<p class="error" id="${field}-error">
    <span class="hidden">${prefix} </span>${message}
  </p>`
}
