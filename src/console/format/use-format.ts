import { useMemo } from 'react'
import { useSpoken } from '../messages/language.tsx'
import { useSession } from '../session/session.ts'
import { createFormat, type Format } from './format.ts'

/** How to write times and numbers for whoever is logged in. */
export function useFormat(): Format {
  const { language } = useSpoken()
  const { timezone } = useSession().organisation
  return useMemo(() => createFormat(language, timezone), [language, timezone])
}
