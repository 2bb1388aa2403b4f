import { useMemo, useState, type FocusEvent, type PointerEvent } from 'react'

/** Is somebody in the table, with the focus or the mouse? Gives the handlers that find out. */
export function useHeld() {
  const [focused, setFocused] = useState(false)
  const [hovered, setHovered] = useState(false)
  const handlers = useMemo(
    () => ({
      onFocus: () => setFocused(true),
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) =>
        setFocused(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)),
      // A finger that has left the screen hovers over nothing; and a mouse that lay still while rows
      // came up under it is nobody: whoever uses it moves it.
      onPointerMove: ({ pointerType }: PointerEvent) => setHovered(pointerType === 'mouse'),
      onPointerLeave: () => setHovered(false),
    }),
    [],
  )
  return { focused, held: focused || hovered, handlers }
}
