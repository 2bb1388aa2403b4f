import type { ReactNode } from 'react'
import { useMessages } from '../messages/language.tsx'
import { Loaded } from '../parts/loaded.tsx'

/** What has a beginning and an end, and where it stands now. */
interface Period {
  readonly id: string
  readonly state: string
}

interface PeriodListProps<One extends Period> {
  /** Begins the ids of its headings. */
  readonly name: string
  readonly query: Parameters<typeof Loaded<readonly One[]>>[0]['query']
  /** The last one is over: nothing of it can be ended. */
  readonly order: readonly One['state'][]
  readonly texts: {
    readonly states: Readonly<Record<One['state'], string>>
    readonly empty: Readonly<Record<One['state'], string>>
  }
  /** Headings of the columns. */
  readonly columns: readonly string[]
  /** The cells of one row, as many as there are columns. */
  readonly Cells: (props: { readonly one: One }) => ReactNode
  /** What ends one; left out: nobody here may. */
  readonly End?: ((props: { readonly one: One }) => ReactNode) | undefined
}

/** One table for each state; on a narrow screen each row folds into a few lines. */
export function PeriodList<One extends Period>(props: PeriodListProps<One>) {
  const { name, query, order, texts } = props
  return (
    <Loaded query={query}>
      {(list) =>
        order.map((state: One['state']) => {
          const those = list.filter((one) => one.state === state)
          return (
            <section key={state} aria-labelledby={`${name}-${state}`}>
              <h2 id={`${name}-${state}`}>{texts.states[state]}</h2>
              {those.length === 0 ? (
                <p>{texts.empty[state]}</p>
              ) : (
                <Table {...props} list={those} state={state} />
              )}
            </section>
          )
        })
      }
    </Loaded>
  )
}

interface TableProps<One extends Period> extends PeriodListProps<One> {
  readonly list: readonly One[]
  readonly state: One['state']
}

function Table<One extends Period>(props: TableProps<One>) {
  const { list, state, order, texts, columns, Cells } = props
  const { alarms } = useMessages()
  const End = state === order.at(-1) ? undefined : props.End
  return (
    <table className="folds">
      <caption className="hidden-text">{texts.states[state]}</caption>
      <thead>
        <tr>
          {columns.map((heading) => (
            <th key={heading} scope="col">
              {heading}
            </th>
          ))}
          {End !== undefined && (
            <th scope="col" className="cell-action">
              {alarms.action}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {list.map((one) => (
          <tr key={one.id}>
            <Cells one={one} />
            {End !== undefined && (
              <td className="cell-action">
                <End one={one} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
