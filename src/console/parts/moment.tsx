import { useFormat } from '../format/use-format.ts'
import { useNow } from './use-now.ts'

/** A time in the organisation's zone. */
export function Moment({ at }: { readonly at: string }) {
  const format = useFormat()
  return (
    <time dateTime={at} className="number">
      {format.dateTime(new Date(at))}
    </time>
  )
}

const AGE_MS = 5_000

/** A time and below it how long ago that was. */
export function Since({ at }: { readonly at: string }) {
  const format = useFormat()
  const now = useNow(AGE_MS)
  const then = new Date(at)
  return (
    <time dateTime={at} className="number since">
      <span>{format.moment(then, now)}</span>
      <small>{format.span(now.getTime() - then.getTime())}</small>
    </time>
  )
}
