import { useMemo, useRef, useState } from 'react'
import type { AlarmView } from '../../alarms/views.ts'
import { useShortcuts } from '../frame/use-shortcuts.tsx'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { useCan } from '../session/session.ts'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { AlarmTable } from './alarm-table.tsx'
import { countsOf } from './announcement.ts'
import { Announcer } from './announcer.tsx'
import { inOrder, isAcknowledged } from './order.ts'
import { focusRow, focusedRow, moveRowFocus } from './row-focus.ts'
import { useFrozenRows } from './use-frozen-rows.ts'
import { useHeld } from './use-held.ts'

/** The table of alarms, what waits to come into it, its keys, and what is said of it aloud. */
export function AlarmList({ alarms }: { readonly alarms: readonly AlarmView[] }) {
  const sorted = useMemo(() => inOrder(alarms), [alarms])
  const [asked, setAsked] = useState<AlarmView>()
  const { focused, held, handlers } = useHeld()
  const { rows, waiting, release } = useFrozenRows(sorted, held || asked !== undefined)
  const table = useRef<HTMLDivElement>(null)
  const holds = useCan('alarm.acknowledge')
  const allowed = useMayChange() && holds
  const acknowledge = { allowed, ask: setAsked }
  const acknowledgeFocused = () => {
    const id = focusedRow(table.current)
    const alarm = rows.find(({ item, gone }) => item.id === id && !gone)?.item
    if (allowed && alarm !== undefined && !isAcknowledged(alarm)) setAsked(alarm)
  }
  const move = (step: 1 | -1) => () => moveRowFocus(table.current, step)
  useShortcuts({ j: move(1), k: move(-1), a: acknowledgeFocused, n: release }, true)
  useShortcuts({ ArrowDown: move(1), ArrowUp: move(-1) }, focused)
  const close = () => {
    const id = asked?.id
    setAsked(undefined)
    // The button that opened the dialog may be gone by now; the row is where the person was.
    requestAnimationFrame(() => focusRow(table.current, id))
  }
  return (
    <>
      <Announcer counts={countsOf(alarms)} />
      <NewRows waiting={waiting} release={release} />
      <div ref={table} {...handlers}>
        {rows.length > 0 && <AlarmTable rows={rows} {...(holds && { acknowledge })} />}
      </div>
      {asked !== undefined && <AcknowledgeDialog alarm={asked} onClose={close} />}
    </>
  )
}

interface NewRowsProps {
  readonly waiting: readonly AlarmView[]
  readonly release: () => void
}

/** What came while somebody was in the table. Its place is kept free, so that it moves nothing. */
function NewRows({ waiting, release }: NewRowsProps) {
  const { alarms } = useMessages()
  const first = waiting.filter(({ priority }) => priority === 1).length
  return (
    <div className="new-rows">
      {waiting.length > 0 && (
        <button type="button" onClick={release}>
          <span aria-hidden="true">▲ </span>
          {alarms.newRows(waiting.length, first)} <kbd>n</kbd>
        </button>
      )}
    </div>
  )
}
