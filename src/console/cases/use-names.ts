import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { useSpoken } from '../messages/language.tsx'
import { namesIn, type Names } from './names.ts'

/** Names for the ids in cases, in the language of the reader. */
export function useNames(): Names {
  const { language } = useSpoken()
  const { data } = useQuery(caseChoicesQuery)
  return useMemo(() => namesIn(data, language), [data, language])
}
