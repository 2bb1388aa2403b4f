import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { OrderView } from '../../work-orders/views.ts'
import { amendOrder, type Amendment } from '../api/order-work.ts'
import type { Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { useCan, useSession } from '../session/session.ts'
import { OrderFields } from './order-fields.tsx'
import { amendmentOf, typedOf, type WrongOrderField } from './order-input.ts'
import { useRefreshOrders } from './refresh.ts'
import { StepForm } from './step-form.tsx'

/** The way to other words or another day, while nobody has accepted the order. */
export function AmendOrder({ order }: { readonly order: OrderView }) {
  const { ordering } = useMessages()
  const mayOrder = useCan('case.assign')
  const mayChange = useMayChange()
  const [seen, setSeen] = useState<OrderView>()
  if (!mayOrder) return undefined
  return (
    <>
      <button type="button" disabled={!mayChange} onClick={() => setSeen(order)}>
        {ordering.amend}
      </button>
      {seen !== undefined && <AmendDialog seen={seen} onClose={() => setSeen(undefined)} />}
    </>
  )
}

interface AmendDialogProps {
  /** What the person decided on. */
  readonly seen: OrderView
  readonly onClose: () => void
}

function AmendDialog({ seen, onClose }: AmendDialogProps) {
  const { ordering } = useMessages()
  const { timezone: zone } = useSession().organisation
  const [input, setInput] = useState(() => typedOf(seen, zone))
  const [wrong, setWrong] = useState<readonly WrongOrderField[] | 'unchanged'>([])
  const asking = useAmending(seen, onClose)
  const errors = useMemo(
    () =>
      wrong === 'unchanged'
        ? [['order-text', ordering.unchanged] as const]
        : wrong.map((field) => [`order-${field}`, ordering.missing[field]] as const),
    [wrong, ordering],
  )
  const submit = () => {
    const amendment = amendmentOf(seen, input, { now: new Date(), zone })
    const isWrong = amendment === 'unchanged' || !('version' in amendment)
    setWrong(isWrong ? amendment : [])
    if (!isWrong) asking.mutate(amendment)
  }
  return (
    <StepForm
      title={`${seen.number}: ${ordering.amend}`}
      errors={errors}
      asking={asking}
      submitText={ordering.amend}
      onSubmit={submit}
      onClose={onClose}
    >
      <OrderFields
        input={input}
        set={(changed) => setInput({ ...input, ...changed })}
        wrongOf={(field) => errors.find(([id]) => id === `order-${field}`)?.[1]}
      />
    </StepForm>
  )
}

function useAmending({ id, case: about }: OrderView, onClose: () => void) {
  const refresh = useRefreshOrders(about)
  return useMutation<unknown, Refusal, Amendment>({
    mutationFn: (amendment) => amendOrder(id, amendment),
    onSuccess: onClose,
    onSettled: refresh,
  })
}
