import { language, type Language } from '../domain/language.ts'

/**
 * The language somebody chose, else the first one of the browser that there is, else Swedish.
 * Norwegian under any of its names is bokmål.
 */
export function chooseLanguage(
  chosen: unknown,
  acceptLanguage: string | undefined,
): Language {
  const asked = language.safeParse(chosen)
  if (asked.success) return asked.data
  const preferred = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((range) => range.trim().slice(0, 2).toLowerCase())
    .map((code) => (code === 'no' || code === 'nn' ? 'nb' : code))
  return (
    preferred.map((code) => language.safeParse(code).data).find((l) => l !== undefined) ??
    'sv'
  )
}
