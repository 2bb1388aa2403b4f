import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NoticeView } from '../../notices/notice.ts'
import type { StormProposal } from '../../notices/storm.ts'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { publishNotice } from '../api/public-commands.ts'
import { noticesQuery, proposalsQuery } from '../api/public-queries.ts'
import { asRefusal, Refusal } from '../api/refusal.ts'
import { namesIn } from '../cases/names.ts'
import { civilOf } from '../format/civil-time.ts'
import { useFormat } from '../format/use-format.ts'
import { useMayChange } from '../live/live.tsx'
import { useSpoken } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useSession } from '../session/session.ts'
import { isCovered, readNotice, stormInput, type NoticeInput } from './notice-input.ts'
import { areaName } from './scope-words.ts'

interface ProposalsProps {
  readonly notices: readonly NoticeView[]
  readonly mayPublish: boolean
  readonly onPublished: () => void
  /** Asks for the form, filled in. */
  readonly onChange: (input: NoticeInput) => void
}

/** What so many report now that one answer should serve them all; nothing when nobody does. */
export function Proposals(props: ProposalsProps) {
  const { notices } = useSpoken().messages
  const { data = [] } = useQuery(proposalsQuery)
  if (data.length === 0) return null
  return (
    <section aria-labelledby="notices-proposals">
      <h2 id="notices-proposals">{notices.proposals}</h2>
      <ul className="plain">
        {data.map((proposal) => (
          <li key={`${proposal.category} ${proposal.area}`} className="notice">
            <Proposal proposal={proposal} {...props} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ProposalProps extends ProposalsProps {
  readonly proposal: StormProposal
}

function Proposal({ proposal, notices: list, mayPublish, ...on }: ProposalProps) {
  const { language, messages } = useSpoken()
  const { notices } = messages
  const format = useFormat()
  const { data: choices } = useQuery(caseChoicesQuery)
  const { category, area, reports, since, usual } = proposal
  const what = namesIn(choices, language).category(category)
  return (
    <>
      <p>
        <strong>{notices.proposal(reports, what, areaName(area, choices))}</strong>
      </p>
      <p>
        {notices.proposalSince(format.hourMinute(new Date(since)), format.number(usual))}
      </p>
      {isCovered(proposal, list) ? (
        <p>{notices.covered}</p>
      ) : (
        mayPublish && <MakeStorm proposal={proposal} what={what} {...on} />
      )}
    </>
  )
}

interface MakeStormProps extends Pick<ProposalsProps, 'onPublished' | 'onChange'> {
  readonly proposal: StormProposal
  /** Name of the category. */
  readonly what: string
}

function MakeStorm({ proposal, what, onPublished, onChange }: MakeStormProps) {
  const { notices } = useSpoken().messages
  const { timezone: timeZone } = useSession().organisation
  const { data: choices } = useQuery(caseChoicesQuery)
  const mayChange = useMayChange()
  const client = useQueryClient()
  const known = choices?.categories.find(({ id }) => id === proposal.category)
  const { category } = proposal
  const input = (): NoticeInput =>
    stormInput(proposal, {
      what: known?.name ?? { sv: category, nb: category, en: category },
      from: civilOf(new Date(), timeZone),
    })
  const publishing = useMutation({
    mutationFn: () => {
      const read = readNotice(input(), { timeZone, now: new Date() })
      if (!('wrong' in read)) return publishNotice(read)
      throw new Refusal({ kind: 'invalid', what: read.wrong.join(', ') })
    },
    onSuccess: onPublished,
    onSettled: () => client.invalidateQueries({ queryKey: noticesQuery.queryKey }),
  })
  return (
    <div className="buttons">
      <button
        type="button"
        className="strong"
        disabled={publishing.isPending || !mayChange}
        aria-label={notices.makeStormOf(what)}
        onClick={() => publishing.mutate()}
      >
        {notices.makeStorm}
      </button>
      <button type="button" disabled={!mayChange} onClick={() => onChange(input())}>
        {notices.changeFirst}
      </button>
      {publishing.error !== null && <RefusalBox refusal={asRefusal(publishing.error)} />}
    </div>
  )
}
