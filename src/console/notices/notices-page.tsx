import { useQuery } from '@tanstack/react-query'
import type { NoticeView } from '../../notices/notice.ts'
import { endNotice } from '../api/public-commands.ts'
import { noticesQuery } from '../api/public-queries.ts'
import { civilOf } from '../format/civil-time.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { AskButton, useAsking } from '../periods/ask-button.tsx'
import { EndButton } from '../periods/end-button.tsx'
import { PeriodList } from '../periods/period-list.tsx'
import { useCan, useSession } from '../session/session.ts'
import { NoticeCells } from './notice-cells.tsx'
import { NoticeDialog } from './notice-dialog.tsx'
import { emptyNotice, type NoticeInput } from './notice-input.ts'
import { Proposals } from './proposals.tsx'

const states: readonly NoticeView['state'][] = ['running', 'coming', 'over']

/** What the public is told before it reports: what counts now, what is to come, what was; and more of it. */
export function NoticesPage() {
  const { notices } = useMessages()
  const { timezone } = useSession().organisation
  const query = useQuery(noticesQuery)
  const mayPublish = useCan('notice.publish')
  const { asked, isMade, ask, made, close } = useAsking<NoticeInput>()
  const { said, kind, where, from, to, by } = notices
  return (
    <>
      <Heading text={notices.title} />
      <p>{notices.lead}</p>
      {mayPublish && (
        <AskButton
          text={notices.make}
          onAsk={() => ask(emptyNotice('planned', civilOf(new Date(), timezone)))}
          said={notices.published}
          isMade={isMade}
        />
      )}
      <Proposals
        notices={query.data ?? []}
        mayPublish={mayPublish}
        onPublished={made}
        onChange={ask}
      />
      <PeriodList
        name="notices"
        query={query}
        order={states}
        texts={notices}
        columns={[said, kind, where, from, to, by]}
        Cells={NoticeCells}
        End={mayPublish ? End : undefined}
      />
      {asked !== undefined && (
        <NoticeDialog begin={asked} onPublished={made} onClose={close} />
      )}
    </>
  )
}

function End({ one: { id, state, title } }: { readonly one: NoticeView }) {
  const { language, messages } = useSpoken()
  const { notices } = messages
  return (
    <EndButton
      text={state === 'coming' ? notices.takeBack : notices.end}
      of={title[language]}
      end={() => endNotice(id)}
      queryKey={noticesQuery.queryKey}
    />
  )
}
