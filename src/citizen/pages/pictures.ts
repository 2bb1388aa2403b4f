import { html, type Html } from '../html.ts'
import { textsOf, type PageContext } from '../layout.ts'
import type { Shown } from '../shown.ts'

/** Released photos, each small with a link to the large one at `folder`/id; nothing where there is none. */
export function pictures(
  context: PageContext,
  folder: string,
  photos: Shown['photos'],
): Html | undefined {
  if (photos.length === 0) return undefined
  const { follow } = textsOf(context)
  return html`<ul class="photos">
    ${photos.map(({ id, width, height }, at) => {
      const address = `${folder}/${id}`
      return html`<li>
        <a href="${address}"
          ><img
            src="${address}?size=small"
            width="${width}"
            height="${height}"
            alt="${follow.photo(at + 1)}"
            loading="lazy"
        /></a>
      </li>`
    })}
  </ul>`
}
