import { html } from '../html.ts'
import { layout, textsOf, type Frame } from '../layout.ts'

/** In the place of a refusal that a program would read. `status` is the one of HTTP. */
export function refusalPage(frame: Frame, status: number): string {
  const { refusals } = textsOf(frame)
  return layout(frame, {
    title: refusals.title,
    main: html`<div class="errors" role="alert">
        <h1>${refusals.title}</h1>
        <p>${refusals[wordFor(status)]}</p>
      </div>
      <p>${refusals.back}</p>`,
  })
}

function wordFor(status: number): 'tooFast' | 'tooLarge' | 'foreign' | 'ours' | 'unread' {
  if (status === 429) return 'tooFast'
  if (status === 413) return 'tooLarge'
  if (status === 403) return 'foreign'
  return status >= 500 ? 'ours' : 'unread'
}
