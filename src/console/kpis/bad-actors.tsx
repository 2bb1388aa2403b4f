import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { KpisView } from '../../alarms/kpis/views.ts'
import { alarmQuery } from '../api/queries.ts'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'

type Actor = KpisView['badActors']['keys'][number]

/** The alarms that call most often: those to mend first. */
export function BadActors({ kpis: figures }: { readonly kpis: KpisView }) {
  const { messages } = useSpoken()
  const { kpis, alarms } = messages
  const format = useFormat()
  const { keys, share } = figures.badActors
  return (
    <section aria-labelledby="kpi-bad">
      <h2 id="kpi-bad">{kpis.badActors}</h2>
      {keys.length === 0 ? (
        <p>{kpis.noBadActors}</p>
      ) : (
        <table className="folds">
          <caption>{kpis.badActorsHint(format.share(share))}</caption>
          <thead>
            <tr>
              <th scope="col">{alarms.message}</th>
              <th scope="col">{alarms.asset}</th>
              <th scope="col">{kpis.annunciations}</th>
              <th scope="col">{kpis.share}</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((actor) => (
              <Row key={actor.alarm} actor={actor} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** Figures name alarms by their ids; there are ten at most, so each is asked for. */
function Row({ actor }: { readonly actor: Actor }) {
  const { language, messages } = useSpoken()
  const format = useFormat()
  const { data } = useQuery(alarmQuery(actor.alarm))
  return (
    <tr>
      <td className="cell-message">
        <Link to={`/alarms/${actor.alarm}`}>
          {data === undefined ? actor.rule : textIn(data.rule.name, language)}
        </Link>
      </td>
      <td>
        <Link to={`/assets/${actor.asset}`}>{data?.asset.name ?? actor.asset}</Link>
      </td>
      <td className="number">
        <span className="fold-label">{messages.kpis.annunciations}: </span>
        {format.number(actor.annunciations)}
      </td>
      <td className="number">{format.share(actor.share)}</td>
    </tr>
  )
}
