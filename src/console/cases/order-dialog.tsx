import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { CaseDetailView } from '../../cases/views.ts'
import type { DoerView } from '../../work-orders/views.ts'
import { orderWork, type NewOrder } from '../api/order-work.ts'
import type { Refusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { useSession } from '../session/session.ts'
import { OrderFields } from './order-fields.tsx'
import { noOrder, orderOf, type OrderInput, type WrongOrderField } from './order-input.ts'
import { useRefreshOrders } from './refresh.ts'
import { StepForm } from './step-form.tsx'

interface OrderDialogProps {
  readonly item: CaseDetailView
  /** Of whom something can be ordered. */
  readonly units: readonly DoerView[]
  readonly onClose: () => void
}

/** Orders something to be done about a case, which stays with those who have it. */
export function OrderDialog({ item, units, onClose }: OrderDialogProps) {
  const { ordering } = useMessages()
  const { timezone } = useSession().organisation
  const [input, setInput] = useState(noOrder)
  const [wrong, setWrong] = useState<readonly WrongOrderField[]>([])
  const asking = useOrdering(item.id, onClose)
  const errors = useMemo(
    () => wrong.map((field) => [`order-${field}`, ordering.missing[field]] as const),
    [wrong, ordering],
  )
  const submit = () => {
    const order = orderOf(input, { now: new Date(), zone: timezone })
    const isWrong = isFields(order)
    setWrong(isWrong ? order : [])
    if (!isWrong) asking.mutate(order)
  }
  const wrongOf = (field: WrongOrderField) =>
    wrong.includes(field) ? ordering.missing[field] : undefined
  const change = (changed: Partial<OrderInput>) => setInput({ ...input, ...changed })
  const doer = units.find(({ id }) => id === input.unit)
  return (
    <StepForm
      title={`${item.number}: ${ordering.add}`}
      errors={errors}
      asking={asking}
      submitText={ordering.moveTo.ordered}
      onSubmit={submit}
      onClose={onClose}
    >
      <SelectField
        id="order-unit"
        value={input.unit}
        wrong={wrongOf('unit')}
        label={ordering.doer}
        hint={doer?.contractor === true ? ordering.contractorHint : undefined}
        choices={[
          ['', ordering.chooseDoer],
          ...units.map(({ id, name }) => [id, name] as const),
        ]}
        onChoose={(unit) => change({ unit })}
      />
      <OrderFields input={input} set={change} wrongOf={wrongOf} />
    </StepForm>
  )
}

function isFields(
  order: NewOrder | readonly WrongOrderField[],
): order is readonly WrongOrderField[] {
  return Array.isArray(order)
}

function useOrdering(id: string, onClose: () => void) {
  const refresh = useRefreshOrders(id)
  return useMutation<unknown, Refusal, NewOrder>({
    mutationFn: (order) => orderWork(id, order),
    onSuccess: onClose,
    onSettled: refresh,
  })
}
