import type { ContractorCaseView } from '../../contractors/views.ts'
import { useMessages } from '../messages/language.tsx'

type Place = Pick<ContractorCaseView, 'asset' | 'place' | 'address'>

/** Where work is: the thing, the address, the coordinates, as far as they are known. */
export function PlaceText({ at: { asset, place, address } }: { readonly at: Place }) {
  const { common } = useMessages()
  const where =
    place === null ? undefined : `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`
  const known = [asset?.name, address ?? undefined, where].filter(
    (one) => one !== undefined,
  )
  return known.length === 0 ? common.none : known.join(' · ')
}
