import { useState } from 'react'
import type { AlarmView } from '../../alarms/views.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useCan } from '../session/session.ts'
import { CommentDialog, ShelveDialog } from './shelve-dialog.tsx'
import { useAlarmCommand } from './use-alarm-command.ts'

/** Confirm, reset, shelve and comment: what the alarm and the person's roles allow. */
export function MoreActions({ alarm }: { readonly alarm: AlarmView }) {
  const { alarms } = useMessages()
  const mayChange = useMayChange()
  const [asked, setAsked] = useState<'shelve' | 'comment'>()
  const doing = useAlarmCommand(alarm.id)
  const clicks = useClicks(alarm)
  const mayShelve = useCan('alarm.shelve')
  const mayComment = useCan('alarm.comment')
  const close = () => setAsked(undefined)
  return (
    <>
      {clicks.map((path) => (
        <button
          key={path}
          type="button"
          disabled={doing.isPending || !mayChange}
          onClick={() => doing.mutate({ path })}
        >
          {alarms[path]}
        </button>
      ))}
      {mayShelve && !isShelved(alarm) && (
        <button type="button" disabled={!mayChange} onClick={() => setAsked('shelve')}>
          {alarms.shelve}
        </button>
      )}
      {mayComment && (
        <button type="button" disabled={!mayChange} onClick={() => setAsked('comment')}>
          {alarms.addComment}
        </button>
      )}
      {doing.error !== null && <RefusalBox refusal={asRefusal(doing.error)} />}
      {asked === 'shelve' && <ShelveDialog id={alarm.id} onClose={close} />}
      {asked === 'comment' && <CommentDialog id={alarm.id} onClose={close} />}
    </>
  )
}

/** The commands that need no words and make sense now. */
function useClicks(alarm: AlarmView): readonly ('confirm' | 'reset' | 'unshelve')[] {
  const mayAcknowledge = useCan('alarm.acknowledge')
  const mayShelve = useCan('alarm.shelve')
  const { state, latched, requireConfirm, confirmedAt } = alarm
  const isSeen = state === 'acknowledged' || state === 'returned_acknowledged'
  const confirms = mayAcknowledge && requireConfirm && isSeen && confirmedAt === null
  const resets = mayAcknowledge && latched && state === 'returned_acknowledged'
  return [
    ...(confirms ? (['confirm'] as const) : []),
    ...(resets && !confirms ? (['reset'] as const) : []),
    ...(mayShelve && isShelved(alarm) ? (['unshelve'] as const) : []),
  ]
}

function isShelved({ suppression }: AlarmView): boolean {
  return suppression.some(({ kind }) => kind === 'shelved' || kind === 'shelvedOnce')
}
