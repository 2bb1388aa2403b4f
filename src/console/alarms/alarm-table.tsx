import type { AlarmView } from '../../alarms/views.ts'
import { useMessages } from '../messages/language.tsx'
import { AlarmRow, type Acknowledging } from './alarm-row.tsx'
import type { Row } from './frozen-rows.ts'

interface AlarmTableProps {
  readonly rows: readonly Row<AlarmView>[]
  /** Left out where alarms are only shown. */
  readonly acknowledge?: Acknowledging
}

/** Alarms as a table; on a narrow screen each row folds into a few lines. */
export function AlarmTable({ rows, acknowledge }: AlarmTableProps) {
  const { alarms } = useMessages()
  return (
    <table className="alarms folds">
      <caption className="hidden-text">{alarms.title}</caption>
      <thead>
        <tr>
          <th scope="col">{alarms.priority}</th>
          <th scope="col">{alarms.message}</th>
          <th scope="col">{alarms.asset}</th>
          <th scope="col">{alarms.state}</th>
          <th scope="col">{alarms.since}</th>
          <th scope="col">{alarms.case}</th>
          {acknowledge !== undefined && (
            <th scope="col" className="cell-action">
              {alarms.action}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ item, gone }) => (
          <AlarmRow key={item.id} alarm={item} gone={gone} acknowledge={acknowledge} />
        ))}
      </tbody>
    </table>
  )
}
