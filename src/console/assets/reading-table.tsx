import type { HistoryView } from '../../api/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Moment } from '../parts/moment.tsx'
import { valueText } from '../parts/value-text.ts'

/** A longer table helps nobody. */
const SHOWN = 200

/** The readings of a history, the newest first. */
export function ReadingTable({ history }: { readonly history: HistoryView }) {
  const messages = useMessages()
  const format = useFormat()
  const { assets, common } = messages
  const readings = history.pieces
    .flatMap(({ device, samples }) => samples.map((sample) => ({ device, ...sample })))
    .toReversed()
  return (
    <>
      <table className="narrow">
        <caption className="hidden-text">{assets.history}</caption>
        <thead>
          <tr>
            <th scope="col">{assets.at}</th>
            <th scope="col">{assets.value}</th>
            <th scope="col">{assets.quality}</th>
            <th scope="col">{assets.device}</th>
          </tr>
        </thead>
        <tbody>
          {readings.slice(0, SHOWN).map(({ device, at, value, quality }) => (
            <tr key={`${device} ${at}`}>
              <td>
                <Moment at={at} />
              </td>
              <td className="number">
                {valueText(value, history.unit ?? '', { format, messages })}
              </td>
              <td>{assets.qualities[quality]}</td>
              <td>{device}</td>
            </tr>
          ))}
        </tbody>
      </table>

      {readings.length > SHOWN && <p className="small">{common.listIsCut(SHOWN)}</p>}
    </>
  )
}
