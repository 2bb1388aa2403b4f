import type { NoticeView } from '../../notices/notice.ts'
import { html } from '../html.ts'
import {
  address,
  carried,
  dangerBox,
  layout,
  textsOf,
  type PageContext,
} from '../layout.ts'
import { categoryList, type Offered } from './categories.ts'
import { errorSummary, fieldError } from './errors.ts'
import { noticeList } from './notices.ts'

export interface StartPage {
  readonly categories: Offered
  readonly notices: readonly NoticeView[]
  /** What was looked for and not found. */
  readonly unknown?: string
}

/** Where a citizen without a code begins: danger first, then the number, then what it is about. */
export function startPage(
  context: PageContext,
  { categories, notices, unknown }: StartPage,
): string {
  const texts = textsOf(context)
  const { start, form } = texts
  const message = unknown === undefined ? undefined : start.unknown
  const describedBy = message === undefined ? 'asset-hint' : 'asset-hint asset-error'
  return layout(context, {
    title: message === undefined ? start.title : `${form.errorPrefix} ${start.title}`,
    main: html`${
        message === undefined
          ? undefined
          : errorSummary(form.errors, [{ field: 'asset', message }])
      }
      ${dangerBox(texts)}
      <h1>${start.title}</h1>
      <p class="lead">${start.lead}</p>
      ${noticeList(context, notices)}
      <p><a class="button" href="${address(context, '/report')}">${start.report}</a></p>
      <form action="/${context.organisation.id}/a" method="get">
        ${carried(context)}
        <div class="field">
          <label for="asset">${start.number}</label>
          <p class="hint" id="asset-hint">${start.numberHint}</p>
          ${fieldError('asset', form.errorPrefix, message)}
          <input
            id="asset"
            name="asset"
            value="${unknown}"
            maxlength="80"
            autocapitalize="characters"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="${describedBy}"
            ${message === undefined ? undefined : html` aria-invalid="true"`}
            required
          />
        </div>
        <button class="secondary" type="submit">${start.find}</button>
      </form>
      <h2>${start.what}</h2>
      ${categoryList(context, categories)}`,
  })
}
