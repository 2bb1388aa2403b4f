import { longTime } from '../../cases/local-time.ts'
import { fromIso } from '../../domain/time.ts'
import type { NoticeView } from '../../notices/notice.ts'
import { html, type Html } from '../html.ts'
import { telephone, textsOf, type PageContext } from '../layout.ts'

/** Notices on one page; more nobody reads before reporting. */
const MOST = 5

/** What is known already of what somebody is about to report; nothing where nothing is known. */
export function noticeList(
  context: PageContext,
  notices: readonly NoticeView[],
): Html | undefined {
  if (notices.length === 0) return undefined
  const { notices: words } = textsOf(context)
  return html`<section class="known" aria-labelledby="notices">
    <h2 id="notices">${words.title}</h2>
    ${notices.slice(0, MOST).map((notice) => oneNotice(context, notice))}
    <p>${words.instead}</p>
  </section>`
}

function oneNotice(
  context: PageContext,
  { kind, title, text, phone, link, to }: NoticeView,
): Html {
  const { notices: words } = textsOf(context)
  const { language, organisation, now } = context
  const { timezone } = organisation
  const end = to === null ? undefined : longTime(fromIso(to) ?? now, { timezone, language })
  return html`<h3>${title[language]}</h3>
    <p class="hint">
      ${words.kinds[kind]}${end === undefined ? undefined : html`, ${words.until(end)}`}
    </p>
    <p class="said">${text[language]}</p>
    ${
      phone === undefined
        ? undefined
        : html`<p><a class="call" href="${telephone(phone)}">${words.call(phone)}</a></p>`
    }
    ${
      link === undefined
        ? undefined
        : html`<p>
            <a href="${link}" rel="noreferrer"
              >${words.more}<span class="hidden">: ${title[language]}</span></a
            >
          </p>`
    }`
}
