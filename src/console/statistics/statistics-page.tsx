import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Language } from '../../domain/language.ts'
import type { StatisticsGroup } from '../../statistics/views.ts'
import { statisticsQuery } from '../api/public-queries.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'
import { Choices } from '../parts/choices.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useSession } from '../session/session.ts'
import { Files } from './files.tsx'
import { GroupTable } from './group-table.tsx'
import { MonthSection } from './month-section.tsx'
import { OwnDays } from './own-days.tsx'
import { chosenIn, groups, ranges, searchOf, windowOf } from './range.ts'
import { Totals } from './totals.tsx'

/** Figures on reports and cases over a chosen time, of everything and split one way. */
export function StatisticsPage() {
  const { language, messages } = useSpoken()
  const { statistics } = messages
  const format = useFormat()
  const { by, chosen, window } = useAsked()
  const figures = figuresOf(window, { by, language })
  const query = useQuery(statisticsQuery(figures))
  return (
    <>
      <Heading text={statistics.title} />
      <Choices
        label={statistics.range}
        names={ranges}
        chosen={chosen.range}
        textOf={(name) => statistics.ranges[name]}
        search={(name) => searchOf({ range: name }, by)}
      />
      <OwnDays key={`${chosen.first} ${chosen.last}`} days={chosen} by={by} />
      <Choices
        label={statistics.by}
        names={groups}
        chosen={by}
        textOf={(name) => statistics.groups[name]}
        search={(name) => searchOf(chosen, name)}
      />
      <Loaded query={query}>
        {(report) => (
          <div className="figures">
            <p>
              {statistics.lead(
                format.dateTime(new Date(report.from)),
                format.dateTime(new Date(report.to)),
              )}
            </p>
            <Totals figures={report.total} />
            {report.by === 'month' && report.groups.length > 1 && (
              <MonthSection groups={report.groups} />
            )}
            <GroupTable report={report} />
          </div>
        )}
      </Loaded>
      <Files window={window} figures={figures} />
    </>
  )
}

/** What the address asks for; now is when the page was opened, or every look would ask anew. */
function useAsked() {
  const [search] = useSearchParams()
  const { timezone: timeZone } = useSession().organisation
  const [now] = useState(() => new Date())
  return useMemo(() => {
    const by = groups.find((name) => name === search.get('by')) ?? 'month'
    const chosen = chosenIn(search, { now, timeZone })
    return { by, chosen, window: windowOf(chosen, { now, timeZone }) }
  }, [search, now, timeZone])
}

/** What the figures are asked for with, on the page and as files. */
function figuresOf(
  window: URLSearchParams,
  { by, language }: { readonly by: StatisticsGroup; readonly language: Language },
): string {
  const search = new URLSearchParams(window)
  search.set('by', by)
  search.set('language', language)
  return search.toString()
}
