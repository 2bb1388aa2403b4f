import { useRef, type PointerEvent } from 'react'

interface Held {
  readonly x: number
  readonly y: number
  /** Whether it went further than a hand shakes; only then it is no click. */
  moves: boolean
}

/** Pixels that a click may slip. */
const SLIP = 4

/**
 * Hears of dragging with a mouse or a pen, in parts of the element's width and height; fingers scroll the
 * page as ever. Spread over the element.
 */
export function useDragging(
  onMove: (by: { readonly x: number; readonly y: number }) => void,
) {
  const held = useRef<Held>(undefined)
  const release = () => (held.current = undefined)
  return {
    onPointerDown: ({ clientX: x, clientY: y, button, pointerType }: PointerEvent) => {
      if (button === 0 && pointerType !== 'touch') held.current = { x, y, moves: false }
    },
    onPointerMove: (event: PointerEvent) => {
      const { clientX: x, clientY: y, currentTarget, pointerId } = event
      const { current } = held
      if (current === undefined) return
      if (!current.moves && Math.hypot(x - current.x, y - current.y) < SLIP) return
      // From now on it is heard outside of the element too, and is no click on what lies below.
      if (!current.moves) currentTarget.setPointerCapture(pointerId)
      const { width, height } = currentTarget.getBoundingClientRect()
      held.current = { x, y, moves: true }
      onMove({ x: (x - current.x) / width, y: (y - current.y) / height })
    },
    onPointerUp: release,
    onPointerCancel: release,
  }
}
