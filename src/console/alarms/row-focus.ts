/** The row an element lies in names its alarm here; the link that takes the focus is `data-row`. */
const ROW = '[data-alarm]'
const LINK = 'a[data-row]'

/** Id of the alarm whose row has the focus; undefined when it is elsewhere. */
export function focusedRow(table: HTMLElement | null): string | undefined {
  const row = rowOf(table, document.activeElement)
  return row?.dataset['alarm']
}

/** Moves the focus to the next (1) or previous (-1) row, from outside to the first. */
export function moveRowFocus(table: HTMLElement | null, step: 1 | -1): void {
  const links = [...(table?.querySelectorAll<HTMLElement>(LINK) ?? [])]
  const row = rowOf(table, document.activeElement)
  const at = row === null ? -1 : links.findIndex((link) => row.contains(link))
  const next = at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))
  links[next]?.focus()
}

/** Puts the focus on the row of an alarm, if it is still there. */
export function focusRow(table: HTMLElement | null, alarm: string | undefined): void {
  const rows = [...(table?.querySelectorAll<HTMLElement>(ROW) ?? [])]
  const row = rows.find(({ dataset }) => dataset['alarm'] === alarm)
  row?.querySelector<HTMLElement>(LINK)?.focus()
}

function rowOf(table: HTMLElement | null, element: Element | null): HTMLElement | null {
  if (table === null || element === null || !table.contains(element)) return null
  return element.closest<HTMLElement>(ROW)
}
