/** Degrees with a comma or a point; undefined for none and for what the earth does not have. */
export function degreesIn(text: string, most: number): number | undefined {
  const written = text.trim().replace(',', '.')
  const value = written === '' ? Number.NaN : Number(written)
  return Math.abs(value) <= most ? value : undefined
}
