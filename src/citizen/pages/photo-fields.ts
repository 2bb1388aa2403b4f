import { html, type Html } from '../html.ts'
import { textsOf, type PageContext } from '../layout.ts'
import { photoField, type SentPhotos } from '../uploads.ts'
import { fieldError, type FieldError } from './errors.ts'
import { choice, described } from './fields.ts'

/** Photos: those that came before, each with a box to leave it out, and the field for more. */
export function photoFields(context: PageContext, { ids, wrong }: SentPhotos): Html {
  const { form } = textsOf(context)
  const { photos } = form
  const message = wrong[0] && photos.wrong[wrong[0]]
  return html`<fieldset>
    <legend><h2>${photos.title}</h2></legend>
    ${ids.map((id, at) => {
      const name = photoField(id)
      const box = { type: 'checkbox', id: name, name, value: 'yes' }
      return choice(box, photos.kept(at + 1), { isChosen: true })
    })}
    <div class="field">
      <label for="photos"
        >${photos.label} <span class="hint">(${form.optional})</span></label
      >
      <p class="hint" id="photos-hint">${photos.hint}</p>
      ${fieldError('photos', form.errorPrefix, message)}
      <input
        id="photos"
        name="photos"
        type="file"
        accept="image/jpeg,image/png,image/webp"
        multiple${described('photos', photos.hint, message)}
      />
    </div>
  </fieldset>`
}

/** For the summary: what is wrong with photos, each once. */
export function photoErrors(
  context: PageContext,
  { wrong }: SentPhotos,
): readonly FieldError[] {
  const { photos } = textsOf(context).form
  return wrong
    .slice(0, 1)
    .map((error) => ({ field: 'photos', message: photos.wrong[error] }))
}
