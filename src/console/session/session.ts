import { createContext, use } from 'react'
import type { SessionView } from '../../api/views.ts'

export const SessionContext = createContext<SessionView | undefined>(undefined)

/** Who is logged in. */
export function useSession(): SessionView {
  const session = use(SessionContext)
  if (session === undefined) throw new Error('useSession is for pages behind the log-in')
  return session
}

/** What parts of the console ask for before they show themselves. */
export type Need =
  | 'alarm.read'
  | 'alarm.acknowledge'
  | 'alarm.shelve'
  | 'alarm.comment'
  | 'maintenance.plan'
  | 'desk.test'
  | 'case.read'
  | 'contractor.work'
  | 'case.create'
  | 'case.move'
  | 'case.merge'
  | 'case.say'
  | 'notice.publish'
  | 'photo.review'
  | 'case.assign'
  | 'case.export'
  | 'case.person.share'
  | 'absence.own'
  | 'absence.any'
  | 'history.read'
  | 'ingest.problems.read'

/** May the person who is logged in do that? The service decides again on every request. */
export function useCan(need: Need): boolean {
  return useSession().permissions.includes(need)
}
