import type { StatisticsReport } from '../../statistics/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'
import { columnsOf, figureOf, figureText } from './columns.ts'
import { groupName } from './group-name.ts'

/** A row for each group, and one for everything. */
export function GroupTable({ report }: { readonly report: StatisticsReport }) {
  const { language, messages } = useSpoken()
  const { statistics, common } = messages
  const format = useFormat()
  const { by, groups, total } = report
  if (by === null) return null
  if (groups.length === 0) return <p className="quiet-list">{statistics.nothing}</p>
  const columns = columnsOf(by)
  const rows = [
    ...groups.map(({ key, name, figures }) => {
      const called = groupName(by, { key, name }, { messages, language })
      return { key, figures, name: called }
    }),
    { key: ' total', figures: total, name: statistics.total },
  ]
  return (
    <section aria-labelledby="statistics-groups">
      <h2 id="statistics-groups">{statistics.groups[by]}</h2>
      <table className="folds">
        <caption className="hidden-text">{statistics.groups[by]}</caption>
        <thead>
          <tr>
            <th scope="col">{statistics.groups[by]}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className="end">
                {statistics.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, figures, name }) => (
            <tr key={key} className={key === ' total' ? 'sum' : undefined}>
              <th scope="row" className="cell-message">
                {name}
              </th>
              {columns.map((column) => (
                <td key={column} className="number end">
                  <span className="fold-label">{statistics.columns[column]}: </span>
                  {figureText(figureOf(column, figures, total), format, common.none)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
