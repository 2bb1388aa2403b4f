import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { OrderState } from '../../work-orders/states.ts'
import type { OrderView } from '../../work-orders/views.ts'
import { moveOrder } from '../api/order-work.ts'
import type { Refusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { TextArea } from '../parts/text-area.tsx'
import { needsReason } from './order-input.ts'
import { useRefreshOrders } from './refresh.ts'
import { StepForm } from './step-form.tsx'

interface OrderMoveDialogProps {
  readonly to: OrderState
  /** What the person decided on. */
  readonly seen: OrderView
  readonly title: string
  readonly onClose: () => void
}

/** Says how far an order has come, with words for those who read it. */
export function OrderMoveDialog({ to, seen, title, onClose }: OrderMoveDialogProps) {
  const { ordering, common } = useMessages()
  const [text, setText] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  const needed = needsReason(seen.state, to)
  const asking = useMoving({ to, seen, onClose })
  const wrong = isMissing ? ordering.missing.reason : undefined
  const errors = useMemo(
    () => (wrong === undefined ? [] : [['order-words', wrong] as const]),
    [wrong],
  )
  const submit = () => {
    const said = text.trim()
    const lacks = needed && said === ''
    setIsMissing(lacks)
    if (!lacks) asking.mutate(said)
  }
  return (
    <StepForm
      title={`${seen.number}: ${title}`}
      {...(to === 'cancelled' && seen.state !== 'ordered' && { hint: ordering.cancelHint })}
      errors={errors}
      asking={asking}
      submitText={title}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextArea
        id="order-words"
        label={needed ? ordering.words : `${ordering.words} (${common.optional})`}
        hint={ordering.wordsHint}
        wrong={wrong}
        rows={3}
        required={needed}
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </StepForm>
  )
}

function useMoving({
  to,
  seen: { id, case: about, version },
  onClose,
}: Pick<OrderMoveDialogProps, 'to' | 'seen' | 'onClose'>) {
  const refresh = useRefreshOrders(about)
  return useMutation<unknown, Refusal, string>({
    mutationFn: (text) => moveOrder(id, { to, version, ...(text !== '' && { text }) }),
    onSuccess: onClose,
    onSettled: refresh,
  })
}
