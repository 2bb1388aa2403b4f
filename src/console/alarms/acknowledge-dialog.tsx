import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { AlarmView } from '../../alarms/views.ts'
import { acknowledge } from '../api/commands.ts'
import { alarmQuery } from '../api/queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useMayChange } from '../live/live.tsx'
import { useSpoken } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { isAcknowledged } from './order.ts'

interface AcknowledgeDialogProps {
  readonly alarm: AlarmView
  readonly onClose: () => void
}

/** Acknowledges the raise that was on the screen; says so when somebody was faster. */
export function AcknowledgeDialog({ alarm, onClose }: AcknowledgeDialogProps) {
  const { language, messages } = useSpoken()
  const mayChange = useMayChange()
  const [comment, setComment] = useState('')
  const doing = useAcknowledging(alarm.id, onClose)
  const refusal = doing.error === null ? undefined : asRefusal(doing.error)
  const conflict = refusal?.details.kind === 'conflict'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    doing.mutate({ seen: alarm, comment })
  }
  return (
    <Dialog title={messages.alarms.acknowledge} onClose={onClose}>
      <p>
        <strong>{textIn(alarm.rule.name, language)}</strong>, {alarm.asset.name}
      </p>
      {conflict && (
        <Faster
          seen={alarm}
          acknowledgeNow={(latest) => doing.mutate({ seen: latest, comment })}
          busy={doing.isPending || !mayChange}
        />
      )}
      {refusal !== undefined && !conflict && <RefusalBox refusal={refusal} />}
      {!conflict && (
        <form onSubmit={submit}>
          <Field
            id="acknowledge-comment"
            label={`${messages.common.comment} (${messages.common.optional})`}
            maxLength={1_000}
            autoComplete="off"
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          <div className="buttons">
            <button
              type="submit"
              className="strong"
              disabled={doing.isPending || !mayChange}
            >
              {messages.alarms.acknowledge}
            </button>
            <button type="button" onClick={onClose}>
              {messages.common.cancel}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

interface Acknowledgement {
  readonly seen: AlarmView
  readonly comment: string
}

function useAcknowledging(id: string, onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ seen, comment }: Acknowledgement) => acknowledge(seen, comment),
    onSuccess: (now) => {
      client.setQueryData(alarmQuery(id).queryKey, now)
      onDone()
    },
    onSettled: () =>
      Promise.all(
        [['alarms'], ['alarm', id], ['why', id], ['journal', id], ['asset']].map(
          (queryKey) => client.invalidateQueries({ queryKey }),
        ),
      ),
  })
}

interface FasterProps {
  readonly seen: AlarmView
  readonly acknowledgeNow: (latest: AlarmView) => void
  readonly busy: boolean
}

/** Who was faster and when; or that the alarm was raised anew, which can be acknowledged from here. */
function Faster({ seen, acknowledgeNow, busy }: FasterProps) {
  const { messages } = useSpoken()
  const format = useFormat()
  const { data: latest } = useQuery(alarmQuery(seen.id))
  const { acknowledgedBy: who, acknowledgedAt: when } = latest ?? seen
  return (
    <div className="refusal" role="alert">
      <p>
        <strong>{messages.alarms.faster}.</strong>{' '}
        {who !== null &&
          when !== null &&
          messages.alarms.acknowledgedBy(
            actorName(who, messages),
            format.dateTime(new Date(when)),
          )}
      </p>
      {latest !== undefined && (
        <p>
          {messages.alarms.state}: {messages.alarms.states[latest.state]}
        </p>
      )}
      {latest !== undefined && latest.raise !== seen.raise && !isAcknowledged(latest) && (
        <button type="button" onClick={() => acknowledgeNow(latest)} disabled={busy}>
          {messages.alarms.acknowledgeNewRaise}
        </button>
      )}
    </div>
  )
}
