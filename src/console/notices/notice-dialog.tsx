import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState, type FormEvent } from 'react'
import { publishNotice } from '../api/public-commands.ts'
import { noticesQuery } from '../api/public-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import type { WrongNotice } from '../messages/messages-public.ts'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useSession } from '../session/session.ts'
import { NoticeFields } from './notice-fields.tsx'
import { PlaceFields } from './place-fields.tsx'
import { readNotice, type NoticeInput } from './notice-input.ts'

interface NoticeDialogProps {
  /** What the form begins with. */
  readonly begin: NoticeInput
  readonly onPublished: () => void
  readonly onClose: () => void
}

/** Writes a notice and publishes it. */
export function NoticeDialog({ begin, onPublished, onClose }: NoticeDialogProps) {
  const { notices, login, common } = useMessages()
  const { timezone: timeZone } = useSession().organisation
  const mayChange = useMayChange()
  const client = useQueryClient()
  const [input, set] = useState(begin)
  const [wrong, setWrong] = useState<readonly WrongNotice[]>([])
  const publishing = useMutation({
    mutationFn: publishNotice,
    onSuccess: () => {
      onPublished()
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: noticesQuery.queryKey }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readNotice(input, { timeZone, now: new Date() })
    setWrong('wrong' in read ? read.wrong : [])
    if (!('wrong' in read)) publishing.mutate(read)
  }
  const errors = useMemo(
    () => wrong.map((field) => [fieldOf[field], notices.wrong[field]] as const),
    [wrong, notices],
  )
  return (
    <Dialog title={notices.make} onClose={onClose}>
      <ErrorSummary title={login.errors} errors={errors} />
      {publishing.error !== null && <RefusalBox refusal={asRefusal(publishing.error)} />}
      <form onSubmit={submit} noValidate>
        <NoticeFields input={input} set={set} />
        <PlaceFields input={input} set={set} />
        <div className="buttons">
          <button
            type="submit"
            className="strong"
            disabled={publishing.isPending || !mayChange}
          >
            {notices.publish}
          </button>
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

const fieldOf: Readonly<Record<WrongNotice, string>> = {
  title: 'notice-title-sv',
  text: 'notice-text-sv',
  phone: 'notice-phone',
  link: 'notice-link',
  area: 'notice-area',
  circle: 'notice-latitude',
  assets: 'notice-search',
  time: 'notice-from',
  end: 'notice-to',
  order: 'notice-to',
}
