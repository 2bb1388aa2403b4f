import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { logOut } from '../api/commands.ts'
import { sessionQuery } from '../api/queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useFreshness } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useSession } from '../session/session.ts'
import { LanguageSwitch } from './language-switch.tsx'
import { ConnectionLamp, StaleNotice } from './connection-lamp.tsx'
import { Menu } from './menu.tsx'
import { ShortcutHelp } from './shortcut-help.tsx'
import { ShortcutScope, useShortcuts } from './use-shortcuts.tsx'

/** What stands around every page: the way past the menu, the menu, who and where one is. */
export function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <ShortcutScope>
      <FrameInside>{children}</FrameInside>
    </ShortcutScope>
  )
}

function FrameInside({ children }: { readonly children: ReactNode }) {
  const messages = useMessages()
  const stale = useFreshness() === 'stale'
  const [help, setHelp] = useState(false)
  useShortcuts({ '?': () => setHelp(true) }, true)
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {messages.frame.skip}
      </a>
      <header className="rail">
        <p className="brand">Gatuvakt</p>
        <ConnectionLamp />
        <Menu />
        <Person showHelp={() => setHelp(true)} />
      </header>
      <main id="content" tabIndex={-1} className={stale ? 'content is-stale' : 'content'}>
        <StaleNotice />
        {children}
      </main>
      {help && <ShortcutHelp onClose={() => setHelp(false)} />}
    </div>
  )
}

function Person({ showHelp }: { readonly showHelp: () => void }) {
  const messages = useMessages()
  const { user, organisation } = useSession()
  const client = useQueryClient()
  const leaving = useMutation({
    mutationFn: logOut,
    onSuccess: () => {
      client.setQueryData(sessionQuery.queryKey, null)
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    },
  })
  return (
    <div className="person">
      <p>
        <strong>{organisation.name}</strong>
        <br />
        {user.name}
      </p>
      <button type="button" onClick={() => leaving.mutate()} disabled={leaving.isPending}>
        {messages.frame.logOut}
      </button>
      {leaving.error !== null && <RefusalBox refusal={asRefusal(leaving.error)} />}
      <LanguageSwitch />
      <button type="button" className="quiet" onClick={showHelp}>
        {messages.shortcuts.title} <kbd>?</kbd>
      </button>
    </div>
  )
}
