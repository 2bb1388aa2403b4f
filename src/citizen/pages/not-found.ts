import { html } from '../html.ts'
import { layout, pageAddress, textsOf, type Frame } from '../layout.ts'

/** For an address that leads nowhere, and for what citizens may not know exists. */
export function notFoundPage(frame: Frame): string {
  const { notFound } = textsOf(frame)
  const { organisation, language } = frame
  return layout(frame, {
    title: notFound.title,
    main: html`<h1>${notFound.title}</h1>
      <p>${notFound.text}</p>
      ${
        organisation === null
          ? undefined
          : html`<p>
              <a
                class="button"
                href="${pageAddress(`/${organisation.id}`, { lang: language })}"
                >${notFound.home}</a
              >
            </p>`
      }`,
  })
}
