import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import type { KpiReportView } from '../../alarms/kpis/views.ts'
import { desksQuery, kpiSearch, kpisQuery } from '../api/control-queries.ts'
import { useFormat } from '../format/use-format.ts'
import type { KpiWindow } from '../messages/messages-control.ts'
import { useMessages } from '../messages/language.tsx'
import { Choices } from '../parts/choices.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { BadActors } from './bad-actors.tsx'
import { DistributionSection } from './distribution-section.tsx'
import { Acknowledgement, Floods, Overview, Priorities } from './figures.tsx'

const hoursOf: Readonly<Record<KpiWindow, number>> = { day: 24, week: 168, month: 720 }
const windows: readonly KpiWindow[] = ['day', 'week', 'month']

/** Key figures of the alarms over a chosen window, of everything or of one desk. */
export function KpisPage() {
  const { kpis } = useMessages()
  const format = useFormat()
  const [search] = useSearchParams()
  const window = windows.find((name) => name === search.get('window')) ?? 'week'
  const desk = search.get('desk') ?? ''
  const query = useQuery(kpisQuery(hoursOf[window]))
  return (
    <>
      <Heading text={kpis.title} />
      <Choices
        label={kpis.window}
        names={windows}
        chosen={window}
        textOf={(name) => kpis.windows[name]}
        search={(name) => searchOf(name, desk)}
      />
      <Loaded query={query}>
        {(report) => (
          <>
            <DeskChoice report={report} window={window} chosen={desk} />
            <p>
              {kpis.lead(
                format.dateTime(new Date(report.from)),
                format.dateTime(new Date(report.to)),
              )}{' '}
              <a
                href={`/api/v1/kpis.csv?${kpiSearch(hoursOf[window], new Date(report.to))}&by=desk`}
                download
              >
                {kpis.csv}
              </a>
            </p>
            <Figures report={report} desk={desk} />
          </>
        )}
      </Loaded>
    </>
  )
}

interface DeskChoiceProps {
  readonly report: KpiReportView
  readonly window: KpiWindow
  readonly chosen: string
}

/** Whatever no desk takes stands in the console, which the service calls a desk too. */
const CONSOLE = 'console'

function DeskChoice({ report, window, chosen }: DeskChoiceProps) {
  const { kpis } = useMessages()
  const { data: desks = [] } = useQuery(desksQuery)
  const names = ['', ...report.groups.map(({ key }) => key)]
  const textOf = (name: string): string => {
    if (name === '') return kpis.allDesks
    const known = desks.find(({ id }) => id === name)
    return known?.name ?? (name === CONSOLE ? kpis.consoleDesk : name)
  }
  return (
    <Choices
      label={kpis.desk}
      names={names}
      chosen={names.includes(chosen) ? chosen : ''}
      textOf={textOf}
      search={(name) => searchOf(window, name)}
    />
  )
}

interface FiguresProps {
  readonly report: KpiReportView
  readonly desk: string
}

function Figures({ report, desk }: FiguresProps) {
  const shown = report.groups.find(({ key }) => key === desk)?.kpis ?? report.total
  return (
    <div className="figures">
      <Overview kpis={shown} />
      <DistributionSection slots={shown.slots} />
      <Floods kpis={shown} />
      <Acknowledgement kpis={shown} />
      <Priorities kpis={shown} />
      <BadActors kpis={shown} />
    </div>
  )
}

function searchOf(window: KpiWindow, desk: string): string {
  const search = new URLSearchParams()
  if (window !== 'week') search.set('window', window)
  if (desk !== '') search.set('desk', desk)
  return search.toString()
}
