interface PlaceProps {
  readonly place: { readonly lat: number; readonly lon: number }
}

/** Coordinates in WGS 84, as maps take them: latitude, longitude. */
export function Place({ place }: PlaceProps) {
  return (
    <span className="number">
      {place.lat.toFixed(5)}, {place.lon.toFixed(5)}
    </span>
  )
}
