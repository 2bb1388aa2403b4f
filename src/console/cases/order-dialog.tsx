import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { CaseDetailView } from '../../cases/views.ts'
import type { DoerView } from '../../work-orders/views.ts'
import { orderWork, type NewOrder } from '../api/order-work.ts'
import type { Refusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { TextArea } from '../parts/text-area.tsx'
import { useSession } from '../session/session.ts'
import { noOrder, orderOf, type OrderInput, type WrongOrderField } from './order-input.ts'
import { useRefresh } from './refresh.ts'
import { StepForm } from './step-form.tsx'

interface OrderDialogProps {
  readonly item: CaseDetailView
  /** Of whom something can be ordered. */
  readonly units: readonly DoerView[]
  readonly onClose: () => void
}

/** Orders something to be done about a case, which stays with those who have it. */
export function OrderDialog({ item, units, onClose }: OrderDialogProps) {
  const { ordering, common } = useMessages()
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
  const fieldOf = (name: WrongOrderField) => ({
    id: `order-${name}`,
    value: input[name],
    wrong: wrong.includes(name) ? ordering.missing[name] : undefined,
  })
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
        {...fieldOf('unit')}
        label={ordering.doer}
        hint={doer?.contractor === true ? ordering.contractorHint : undefined}
        choices={[
          ['', ordering.chooseDoer],
          ...units.map(({ id, name }) => [id, name] as const),
        ]}
        onChoose={(unit) => change({ unit })}
      />
      <TextArea
        {...fieldOf('text')}
        label={ordering.what}
        hint={ordering.whatHint}
        rows={4}
        required
        maxLength={2_000}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      <Field
        {...fieldOf('due')}
        label={`${ordering.dueDay} (${common.optional})`}
        type="date"
        onChange={(event) => change({ due: event.currentTarget.value })}
      />
    </StepForm>
  )
}

function isFields(
  order: NewOrder | readonly WrongOrderField[],
): order is readonly WrongOrderField[] {
  return Array.isArray(order)
}

function useOrdering(id: string, onClose: () => void) {
  const client = useQueryClient()
  const refresh = useRefresh(id)
  return useMutation<unknown, Refusal, NewOrder>({
    mutationFn: (order) => orderWork(id, order),
    onSuccess: onClose,
    onSettled: () =>
      Promise.all([client.invalidateQueries({ queryKey: ['orders'] }), refresh()]),
  })
}
