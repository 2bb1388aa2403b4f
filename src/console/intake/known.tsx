import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { assetQuery } from '../api/queries.ts'
import { suggestionsQuery, toldQuery, type ToldNotice } from '../api/take-report.ts'
import { CaseStateText } from '../cases/case-table.tsx'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Since } from '../parts/moment.tsx'
import { useSession } from '../session/session.ts'
import { placeIn, type IntakeInput } from './intake-input.ts'
import { knownCases, type KnownCase } from './known-cases.ts'
import type { PartProps } from './use-taking.ts'

/** What is known of it already, to tell at once; shown when it is said what it is and where. */
export function Known({ input, set }: Pick<PartProps, 'input' | 'set'>) {
  const { intake } = useMessages()
  const { about, isSaid, isPlaced, atAsset } = useAbout(input)
  const near = useQuery({ ...suggestionsQuery(about), enabled: isSaid && isPlaced })
  const { data: told = [] } = useQuery({
    ...toldQuery(about),
    enabled: isSaid && isPlaced,
  })
  if (!isSaid) return undefined
  return (
    <section aria-labelledby="intake-known">
      <h2 id="intake-known">{intake.known}</h2>
      <Told told={told} />
      <Loaded query={near}>
        {(found) => (
          <KnownCases
            cases={knownCases(found, atAsset)}
            follows={input.follows}
            onChoose={(follows) => set({ follows })}
          />
        )}
      </Loaded>
    </section>
  )
}

/** What it is about and where, and what is open at its asset. */
function useAbout(input: PartProps['input']) {
  const { organisation } = useSession()
  const { category, asset } = input
  const own = useQuery({ ...assetQuery(asset?.id ?? ''), enabled: asset !== null })
  // The public's answers know no asset that the public cannot see, but what lies near it.
  const place = placeIn(input) ?? own.data?.place ?? undefined
  return {
    about: { organisation: organisation.id, category, asset: asset?.id, place },
    isSaid: category !== '' && (asset !== null || place !== undefined),
    isPlaced: !own.isLoading,
    atAsset: own.data?.cases ?? [],
  }
}

function Told({ told }: { readonly told: readonly ToldNotice[] }) {
  const { language, messages } = useSpoken()
  if (told.length === 0) return undefined
  return (
    <div className="notice">
      <p>
        <strong>{messages.intake.told}</strong>
      </p>
      <ul>
        {told.map(({ id, title, text }) => (
          <li key={id}>
            {textIn(title, language)}: {textIn(text, language)}
          </li>
        ))}
      </ul>
    </div>
  )
}

interface KnownCasesProps {
  readonly cases: readonly KnownCase[]
  /** The one that the report is added to. */
  readonly follows: IntakeInput['follows']
  readonly onChoose: (follows: IntakeInput['follows']) => void
}

function KnownCases(props: KnownCasesProps) {
  const { intake } = useMessages()
  const { cases, follows } = props
  return (
    <>
      <p>
        <output>
          {follows === null
            ? intake.knownCount(cases.length)
            : intake.joins(follows.number)}
        </output>
      </p>
      {cases.length > 0 && <KnownTable {...props} />}
    </>
  )
}

function KnownTable({ cases, follows, onChoose }: KnownCasesProps) {
  const { language, messages } = useSpoken()
  const { cases: words, handling, common, alarms, intake } = messages
  const format = useFormat()
  return (
    <table className="folds">
      <caption>{intake.knownHint}</caption>
      <thead>
        <tr>
          <th scope="col">{common.number}</th>
          <th scope="col">{words.category}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{handling.distance}</th>
          <th scope="col">{words.opened}</th>
          <th scope="col" className="cell-action">
            {alarms.action}
          </th>
        </tr>
      </thead>
      <tbody>
        {cases.map(({ id, number, state, category, openedAt, metres, joinable }) => (
          <tr key={id}>
            <td className="number cell-message cell-case">
              <Link to={`/cases/${id}`} target="_blank">
                {number}
              </Link>
            </td>
            <td>{textIn(category, language)}</td>
            <td className="cell-state">
              <CaseStateText item={{ state, closingReason: null }} />
            </td>
            <td className="number">
              {metres === 0 ? handling.sameThing : `${format.number(metres)} m`}
            </td>
            <td>
              <span className="fold-label">{words.opened} </span>
              <Since at={openedAt} />
            </td>
            <td className="cell-action">
              {joinable && (
                <button
                  type="button"
                  aria-pressed={id === follows?.id}
                  aria-label={`${intake.add}: ${number}`}
                  onClick={() => onChoose(id === follows?.id ? null : { id, number })}
                >
                  {intake.add}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
