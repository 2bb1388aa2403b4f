import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { TextArea } from '../parts/text-area.tsx'
import type { OrderInput } from './order-input.ts'

/** Fields of every order. */
type Typed = Pick<OrderInput, 'text' | 'due'>

interface OrderFieldsProps {
  readonly input: Typed
  readonly set: (changed: Partial<Typed>) => void
  /** What is wrong with what is in a field. */
  readonly wrongOf: (field: keyof Typed) => string | undefined
}

/** What is to be done, and by when. */
export function OrderFields({ input, set, wrongOf }: OrderFieldsProps) {
  const { ordering, common } = useMessages()
  return (
    <>
      <TextArea
        id="order-text"
        label={ordering.what}
        hint={ordering.whatHint}
        wrong={wrongOf('text')}
        rows={4}
        required
        maxLength={2_000}
        value={input.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
      />
      <Field
        id="order-due"
        label={`${ordering.dueDay} (${common.optional})`}
        wrong={wrongOf('due')}
        type="date"
        value={input.due}
        onChange={(event) => set({ due: event.currentTarget.value })}
      />
    </>
  )
}
