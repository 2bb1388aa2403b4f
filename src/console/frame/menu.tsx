import { NavLink, useLocation } from 'react-router'
import { useMessages } from '../messages/language.tsx'
import type { Messages } from '../messages/messages.ts'
import { useSession, type Need } from '../session/session.ts'

interface MenuPlace {
  readonly to: string
  /** Undefined: everybody may look there. */
  readonly need?: Need
  readonly words: (messages: Messages) => string
}

/** Every page of the menu, in order. */
const places: readonly MenuPlace[] = [
  { to: '/alarms', need: 'alarm.read', words: ({ frame }) => frame.alarms },
  { to: '/cases', need: 'case.read', words: ({ frame }) => frame.cases },
  { to: '/cases/new', need: 'case.create', words: ({ intake }) => intake.title },
  { to: '/work', need: 'contractor.work', words: ({ work }) => work.title },
  { to: '/notices', need: 'case.read', words: ({ notices }) => notices.title },
  { to: '/review', need: 'photo.review', words: ({ review }) => review.title },
  { to: '/letters', need: 'case.read', words: ({ letters }) => letters.title },
  { to: '/statistics', need: 'case.read', words: ({ statistics }) => statistics.title },
  { to: '/absences', need: 'absence.own', words: ({ absences }) => absences.title },
  { to: '/assets', words: ({ frame }) => frame.assets },
  { to: '/maintenance', need: 'alarm.read', words: ({ frame }) => frame.maintenance },
  { to: '/desks', need: 'alarm.read', words: ({ frame }) => frame.desks },
  { to: '/kpis', need: 'alarm.read', words: ({ frame }) => frame.kpis },
  { to: '/problems', need: 'ingest.problems.read', words: ({ frame }) => frame.problems },
]

/** The pages that the person who is logged in may look at. */
export function Menu() {
  const messages = useMessages()
  const { permissions } = useSession()
  const { pathname } = useLocation()
  const shown = places.filter(
    ({ need }) => need === undefined || permissions.includes(need),
  )
  // A page of the menu that lies below another one is not that one too.
  const isOwn = shown.some(({ to }) => to === pathname)
  return (
    <nav aria-label={messages.frame.navigation} className="menu">
      {shown.map(({ to, words }) => (
        <NavLink key={to} to={to} end={isOwn}>
          {words(messages)}
        </NavLink>
      ))}
    </nav>
  )
}
