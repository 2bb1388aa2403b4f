import { useMessages } from '../messages/language.tsx'

interface PhotoListProps {
  /** Ids, in the order in which they came. */
  readonly photos: readonly string[]
  /** Where the picture of one is. */
  readonly addressOf: (photo: string) => string
}

/** Photos of the work, small; the whole picture behind a link. */
export function PhotoList({ photos, addressOf }: PhotoListProps) {
  const { workPhotos } = useMessages()
  if (photos.length === 0) return undefined
  return (
    <ul className="work-photos" aria-label={workPhotos.title}>
      {photos.map((photo, place) => (
        <li key={photo}>
          <a href={addressOf(photo)} target="_blank" rel="noreferrer">
            <img
              src={`${addressOf(photo)}?size=small`}
              alt={workPhotos.photo(place + 1)}
              loading="lazy"
            />
          </a>
        </li>
      ))}
    </ul>
  )
}
