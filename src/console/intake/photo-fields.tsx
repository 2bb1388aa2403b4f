import { useMessages } from '../messages/language.tsx'
import { PHOTOS_AT_ONCE } from '../parts/photo-files.ts'
import { PhotoForm } from '../parts/photo-form.tsx'
import type { TakenPhoto } from './intake-input.ts'
import type { PartProps } from './use-taking.ts'

interface PhotoFieldsProps extends Pick<PartProps, 'input' | 'set'> {
  readonly onAdd: (photos: readonly TakenPhoto[]) => void
  readonly onBusy: (busy: boolean) => void
}

/** Photos that whoever reports sent some other way, for instance in a letter. */
export function PhotoFields({ input, set, onAdd, onBusy }: PhotoFieldsProps) {
  const { intake, maintenance, common } = useMessages()
  const { photos } = input
  return (
    <fieldset className="plain-set">
      <legend>
        {intake.photos} ({common.optional})
      </legend>
      <ul className="plain chips">
        {photos.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              aria-label={maintenance.remove(name)}
              onClick={() => set({ photos: photos.filter((one) => one.id !== id) })}
            >
              {name}
              <span aria-hidden="true"> ×</span>
            </button>
          </li>
        ))}
      </ul>
      <PhotoForm
        noCamera
        room={PHOTOS_AT_ONCE - photos.length}
        texts={{ hint: intake.photosHint }}
        add={(ids, files) =>
          onAdd(ids.map((id, place) => ({ id, name: files[place]?.name ?? id })))
        }
        onBusy={onBusy}
      />
      <p>
        <output>{photos.length > 0 && intake.photosTaken(photos.length)}</output>
      </p>
    </fieldset>
  )
}
