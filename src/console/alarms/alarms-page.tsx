import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { alarmsQuery, LIST_MAX, type WhichAlarms } from '../api/queries.ts'
import { useFormat } from '../format/use-format.ts'
import { useLive } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Choices } from '../parts/choices.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useNow } from '../parts/use-now.ts'
import { AlarmList } from './alarm-list.tsx'
import { FloodBanner } from './flood-banner.tsx'
import { countsOf } from './announcement.ts'

const views: readonly WhichAlarms[] = ['open', 'suppressed', 'all']

/** The alarms that stand, those that are kept from people, or every alarm there ever was. */
export function AlarmsPage() {
  const messages = useMessages()
  const [search] = useSearchParams()
  const which = views.find((name) => name === search.get('which')) ?? 'open'
  const query = useQuery(alarmsQuery(which))
  const { unacknowledged } = countsOf(query.data ?? [])
  return (
    <>
      <Heading
        text={messages.alarms.title}
        mark={unacknowledged > 0 ? `(${unacknowledged}) ` : ''}
      />
      <Choices
        label={messages.alarms.title}
        names={views}
        chosen={which}
        textOf={(name) => messages.alarms.which[name]}
        search={(name) => (name === 'open' ? '' : `?which=${name}`)}
      />
      <FloodBanner />
      <Loaded query={query}>
        {(alarms) => (
          <>
            {alarms.length === 0 && (
              <Quiet which={which} fetchedAtMs={query.dataUpdatedAt} />
            )}
            {alarms.length >= LIST_MAX && <p>{messages.common.listIsCut(LIST_MAX)}</p>}
            <AlarmList key={which} alarms={alarms} />
          </>
        )}
      </Loaded>
    </>
  )
}

interface QuietProps {
  readonly which: WhichAlarms
  readonly fetchedAtMs: number
}

/** An empty list proves that the service lives, or nobody could trust it. */
function Quiet({ which, fetchedAtMs }: QuietProps) {
  const { alarms, live } = useMessages()
  const format = useFormat()
  const now = useNow(1_000)
  const age = format.span(now.getTime() - useLive().signAtMs())
  return (
    <div className="quiet-list">
      <p>
        <strong>{alarms.empties[which]}</strong>
      </p>
      <p className="number">
        {alarms.upToDate(format.time(new Date(fetchedAtMs)))} {live.lastSign(age)}
      </p>
    </div>
  )
}
