import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import type { CaseDetailView } from '../../cases/views.ts'
import { caseQuery } from '../api/case-queries.ts'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { Place } from '../parts/place.tsx'
import { useCan } from '../session/session.ts'
import { CaseAlarms } from './case-alarms.tsx'
import { CaseMoves } from './case-moves.tsx'
import { CommentForm } from './comment-form.tsx'
import { Due } from './due.tsx'
import { Duplicates } from './duplicates.tsx'
import { ExportLinks } from './export-links.tsx'
import { CaseStateText } from './case-table.tsx'
import { GatheredAssets } from './gathered-assets.tsx'
import { Handling } from './handling.tsx'
import { Merging } from './merging.tsx'
import { Orders } from './orders.tsx'
import { Remaining } from './remaining.tsx'
import { Reporters } from './reporters.tsx'
import { Sharing } from './sharing.tsx'
import { Timeline } from './timeline.tsx'
import { useNames } from './use-names.ts'

/** One case: where it stands, what happened, and the moves it allows. */
export function CasePage() {
  const { id = '' } = useParams()
  const { messages } = useSpoken()
  const query = useQuery(caseQuery(id))
  return (
    <>
      <p className="way-back">
        <Link to="/cases">← {messages.cases.title}</Link>
      </p>
      <Loaded query={query}>{(item) => <Shown item={item} />}</Loaded>
    </>
  )
}

function Shown({ item }: { readonly item: CaseDetailView }) {
  const { language, messages } = useSpoken()
  const mayMove = useCan('case.move')
  const mayMerge = useCan('case.merge')
  const maySay = useCan('case.say')
  const words = messages.cases
  const isOpen = item.closedAt === null && item.mergedInto === null
  const what = textIn(item.category.name, language)
  return (
    <>
      <Heading text={`${item.number} ${what}`} />
      {item.verify && <p className="notice">{words.verify}</p>}
      <CaseFacts item={item} />
      {mayMove && item.moves.length > 0 && <CaseMoves item={item} />}
      <Handling item={item} />
      {isOpen && <Duplicates item={item} mayMerge={mayMerge} />}
      {item.kind !== 'single' && <Remaining item={item} mayMerge={mayMerge} />}
      <Merging item={item} mayMerge={mayMerge} />
      <Orders item={item} />
      <h2>{words.timeline}</h2>
      <Timeline events={item.events} />
      {maySay && item.mergedInto === null && <CommentForm item={item} />}
      <Sources item={item} />
    </>
  )
}

/** Whence a case comes and what it holds, as far as one may see it. */
function Sources({ item }: { readonly item: CaseDetailView }) {
  const { cases, handling } = useMessages()
  const seesAlarms = useCan('alarm.read')
  const mayExport = useCan('case.export')
  return (
    <>
      {seesAlarms && item.alarms.length > 0 && (
        <>
          <h2>{cases.alarms}</h2>
          <CaseAlarms alarms={item.alarms} />
        </>
      )}
      {item.gathered.length > 0 && (
        <>
          <h2>{cases.gathered}</h2>
          <GatheredAssets item={item} />
        </>
      )}
      {item.reporters !== null && item.reporters.length > 0 && (
        <>
          <h2>{cases.reporters}</h2>
          <Reporters reporters={item.reporters} />
        </>
      )}
      {item.contractor !== null && <Sharing item={item} />}
      {mayExport && (
        <>
          <h2>{handling.exportTitle}</h2>
          <ExportLinks item={item} />
        </>
      )}
    </>
  )
}

function CaseFacts({ item }: { readonly item: CaseDetailView }) {
  const { messages } = useSpoken()
  const words = messages.cases
  const names = useNames()
  const { asset, place, unit, assignee, reports } = item
  return (
    <Facts
      facts={[
        [words.state, <CaseStateText key="state" item={item} />],
        [
          words.asset,
          asset !== null && (
            <span key="asset">
              <Link to={`/assets/${asset.id}`}>{asset.name}</Link>
              {item.assets > 0 && ` ${words.assetCount(item.assets)}`}
            </span>
          ),
        ],
        [words.place, place !== null && <Place key="place" place={place} />],
        [
          words.unit,
          unit === null
            ? item.closedAt === null && messages.caseList.triage
            : names.unit(unit),
        ],
        [words.assignee, assignee !== null && names.person(assignee)],
        [words.contractor, item.contractor !== null && names.contractor(item.contractor)],
        [words.priority, words.priorities[item.priority]],
        [words.due, item.dueAt !== null && <Due key="due" item={item} />],
        [words.opened, <Moment key="opened" at={item.openedAt} />],
        [words.changed, <Moment key="changed" at={item.changedAt} />],
        [words.reports, words.reportCount(reports.alarm, reports.human)],
      ]}
    />
  )
}
