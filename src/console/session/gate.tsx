import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'
import { Frame } from '../frame/frame.tsx'
import { Live } from '../live/live.tsx'
import { Pages } from '../pages.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { LoginPage } from './login-page.tsx'
import { SessionContext } from './session.ts'

/** Lets those in who are logged in; the address stays, so one arrives where one wanted to go. */
export function Gate() {
  const query = useQuery(sessionQuery)
  return (
    <Loaded query={query}>
      {(session) =>
        session === null ? (
          <LoginPage />
        ) : (
          <SessionContext value={session}>
            <Live key={session.user.id}>
              <Frame>
                <Pages />
              </Frame>
            </Live>
          </SessionContext>
        )
      }
    </Loaded>
  )
}
