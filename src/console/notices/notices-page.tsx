import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { NoticeView } from '../../notices/notice.ts'
import { noticesQuery } from '../api/public-queries.ts'
import { civilOf } from '../format/civil-time.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useCan, useSession } from '../session/session.ts'
import { NoticeDialog } from './notice-dialog.tsx'
import { emptyNotice, type NoticeInput } from './notice-input.ts'
import { NoticeTable } from './notice-table.tsx'
import { Proposals } from './proposals.tsx'

const states: readonly NoticeView['state'][] = ['running', 'coming', 'over']

/** What the public is told before it reports: what counts now, what is to come, what was; and more of it. */
export function NoticesPage() {
  const { notices } = useMessages()
  const { timezone } = useSession().organisation
  const query = useQuery(noticesQuery)
  const mayPublish = useCan('notice.publish')
  const mayChange = useMayChange()
  const [asked, setAsked] = useState<NoticeInput>()
  const [published, setPublished] = useState(false)
  const ask = (input: NoticeInput) => {
    setPublished(false)
    setAsked(input)
  }
  return (
    <>
      <Heading text={notices.title} />
      <p>{notices.lead}</p>
      {mayPublish && (
        <div className="buttons">
          <button
            type="button"
            className="strong"
            disabled={!mayChange}
            onClick={() => ask(emptyNotice('planned', civilOf(new Date(), timezone)))}
          >
            {notices.make}
          </button>
          <output>{published && notices.published}</output>
        </div>
      )}
      <Proposals
        notices={query.data ?? []}
        mayPublish={mayPublish}
        onPublished={() => setPublished(true)}
        onChange={ask}
      />
      <Loaded query={query}>
        {(list) =>
          states.map((state) => (
            <section key={state} aria-labelledby={`notices-${state}`}>
              <h2 id={`notices-${state}`}>{notices.states[state]}</h2>
              <NoticeTable
                list={list.filter((one) => one.state === state)}
                state={state}
                mayEnd={mayPublish && state !== 'over'}
              />
            </section>
          ))
        }
      </Loaded>
      {asked !== undefined && (
        <NoticeDialog
          begin={asked}
          onPublished={() => setPublished(true)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}
