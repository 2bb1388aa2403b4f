import { useQuery } from '@tanstack/react-query'
import type { IngestProblemListView } from '../../api/views.ts'
import { problemsQuery } from '../api/queries.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Since } from '../parts/moment.tsx'

/** Messages from the field that were refused or could not be understood. */
export function ProblemsPage() {
  const { problems } = useMessages()
  const query = useQuery(problemsQuery)
  return (
    <>
      <Heading text={problems.title} />
      <p>{problems.lead}</p>
      <Loaded query={query}>
        {(list) =>
          list.length === 0 ? (
            <p className="quiet-list">{problems.empty}</p>
          ) : (
            <ProblemTable list={list} />
          )
        }
      </Loaded>
    </>
  )
}

interface ProblemTableProps {
  readonly list: IngestProblemListView['problems']
}

function ProblemTable({ list }: ProblemTableProps) {
  const { problems } = useMessages()
  const format = useFormat()
  return (
    <table className="problems folds">
      <caption className="hidden-text">{problems.title}</caption>
      <thead>
        <tr>
          <th scope="col">{problems.source}</th>
          <th scope="col">{problems.reason}</th>
          <th scope="col">{problems.detail}</th>
          <th scope="col">{problems.count}</th>
          <th scope="col">{problems.last}</th>
          <th scope="col">{problems.sample}</th>
        </tr>
      </thead>
      <tbody>
        {list.map(({ source, reason, detail, count, lastAt, sample }) => (
          <tr key={`${source} ${reason}`}>
            <td className="cell-message">{source}</td>
            <td>
              <code>{reason}</code>
            </td>
            <td lang="en">{detail}</td>
            <td className="number">{format.number(count)}</td>
            <td>
              <Since at={lastAt} />
            </td>
            <td>
              <code className="sample">{sample}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
