import {
  MutationCache,
  QueryCache,
  QueryClient,
  QueryClientProvider,
} from '@tanstack/react-query'
import { useState } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { sessionQuery } from './api/queries.ts'
import { Refusal } from './api/refusal.ts'
import { LanguageProvider } from './messages/language.tsx'
import { Gate } from './session/gate.tsx'
import { SetPasswordPage } from './session/set-password-page.tsx'

/** The staff console. */
export function App() {
  const [client] = useState(createClient)
  return (
    <QueryClientProvider client={client}>
      <BrowserRouter basename="/console">
        <LanguageProvider>
          <Routes>
            <Route path="/set-password" element={<SetPasswordPage />} />
            <Route path="*" element={<Gate />} />
          </Routes>
        </LanguageProvider>
      </BrowserRouter>
    </QueryClientProvider>
  )
}

/** Data is as fresh as the live stream says, so looking at it again asks nothing anew for a while. */
const FRESH_MS = 30_000

function createClient(): QueryClient {
  const onError = (error: unknown) => {
    const isOver = error instanceof Refusal && error.details.kind === 'unauthenticated'
    if (isOver) client.setQueryData(sessionQuery.queryKey, null)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // The service may be on this very machine: only an answer tells whether it can be reached.
      queries: { networkMode: 'always', staleTime: FRESH_MS, retry: mayPass },
      mutations: { networkMode: 'always' },
    },
  })
  return client
}

/** One more try for what may pass by itself; a refusal stays one however often one asks. */
function mayPass(failures: number, error: unknown): boolean {
  const kind = error instanceof Refusal ? error.details.kind : 'internal'
  return failures < 1 && (kind === 'unreachable' || kind === 'unavailable')
}
