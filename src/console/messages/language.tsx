import { useQuery } from '@tanstack/react-query'
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Language } from '../../domain/language.ts'
import { sessionQuery } from '../api/queries.ts'
import { keep, kept } from '../parts/kept.ts'
import { catalogues, chooseLanguage } from './catalogues.ts'
import type { Messages } from './messages.ts'

interface Spoken {
  readonly language: Language
  readonly messages: Messages
  readonly choose: (language: Language) => void
}

const SpokenContext = createContext<Spoken | undefined>(undefined)

const KEPT = 'gatuvakt.language'

/** Speaks the language that was chosen here, else the person's own, else the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const { data: session } = useQuery(sessionQuery)
  const [chosen, setChosen] = useState(() => kept(KEPT))
  const own = session?.user.language
  const language = chooseLanguage([chosen, own, ...navigator.languages])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const spoken = useMemo(
    () => ({
      language,
      messages: catalogues[language],
      choose: (next: Language) => {
        keep(KEPT, next)
        setChosen(next)
      },
    }),
    [language],
  )
  return <SpokenContext value={spoken}>{children}</SpokenContext>
}

export function useSpoken(): Spoken {
  const spoken = use(SpokenContext)
  if (spoken === undefined)
    throw new Error('useSpoken is for what is inside of the provider')
  return spoken
}

export function useMessages(): Messages {
  return useSpoken().messages
}
