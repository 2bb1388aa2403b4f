import { useState } from 'react'
import { Link } from 'react-router'
import type { CaseView } from '../../cases/views.ts'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import {
  boxAround,
  boxOf,
  boxText,
  fitted,
  isIn,
  moved,
  pointIn,
  RATIO,
  scaleOf,
  zoomed,
  type Box,
} from './map-box.ts'
import { useDragging } from './use-dragging.ts'

interface CaseMapProps {
  readonly cases: readonly CaseView[]
  /** The box that the list is narrowed to, as the address has it; empty: everywhere. */
  readonly box: string
  /** Narrows the list to a box, or with '' to none. */
  readonly onNarrow: (box: string) => void
}

/** Units of the drawing. */
const HEIGHT = 360
const WIDTH = HEIGHT * RATIO

/**
 * Where the cases of the list lie, drawn without any map of others, and the way to narrow the list to
 * what is shown. Whatever the mouse does the buttons do too.
 */
export function CaseMap({ cases, box, onNarrow }: CaseMapProps) {
  const { caseMap } = useMessages()
  const [shown, setShown] = useState<Box>()
  const placed = cases.flatMap(({ place }) => place ?? [])
  const chosen = boxOf(box)
  const base = chosen ?? boxAround(placed)
  if (base === undefined) return <p>{caseMap.nothing}</p>
  const view = fitted(shown ?? base)
  const inside = placed.filter((place) => isIn(view, place)).length
  return (
    <>
      <Steps view={view} onView={setShown} />
      <Drawing {...{ cases, view, chosen }} onView={setShown} />
      <p className="small">
        <output>{caseMap.inView(inside, cases.length)}</output>
      </p>
      <div className="buttons">
        <button type="button" onClick={() => onNarrow(boxText(view))}>
          {caseMap.narrow}
        </button>
        {chosen !== undefined && (
          <button type="button" onClick={() => onNarrow('')}>
            {caseMap.everywhere}
          </button>
        )}
      </div>
    </>
  )
}

interface ViewProps {
  readonly view: Box
  readonly onView: (view: Box) => void
}

/** A third of what is shown at each step, so that one does not lose one's place. */
const STEP = 1 / 3

const steps = {
  closer: (box: Box) => zoomed(box, 1 / 2),
  wider: (box: Box) => zoomed(box, 2),
  north: (box: Box) => moved(box, { east: 0, north: STEP }),
  south: (box: Box) => moved(box, { east: 0, north: -STEP }),
  west: (box: Box) => moved(box, { east: -STEP, north: 0 }),
  east: (box: Box) => moved(box, { east: STEP, north: 0 }),
} as const

const stepNames = ['closer', 'wider', 'north', 'south', 'west', 'east'] as const

function Steps({ view, onView }: ViewProps) {
  const { caseMap } = useMessages()
  return (
    <fieldset className="buttons">
      <legend className="hidden-text">{caseMap.move}</legend>
      {stepNames.map((name) => (
        <button key={name} type="button" onClick={() => onView(steps[name](view))}>
          {caseMap.steps[name]}
        </button>
      ))}
    </fieldset>
  )
}

interface DrawingProps extends ViewProps, Pick<CaseMapProps, 'cases'> {
  readonly chosen: Box | undefined
}

function Drawing({ cases, view, chosen, onView }: DrawingProps) {
  const { language, messages } = useSpoken()
  const dragging = useDragging(({ x, y }) => onView(moved(view, { east: -x, north: y })))
  return (
    <figure aria-label={messages.caseMap.title}>
      <svg className="case-map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} {...dragging}>
        {chosen !== undefined && <Frame view={view} box={chosen} />}
        {cases.map(({ id, number, category, place, priority }) => {
          if (place === null || !isIn(view, place)) return undefined
          const { x, y } = pointIn(view, place)
          const what = `${number} ${textIn(category.name, language)}`
          return (
            // The list below has every one of them for the keyboard.
            <Link
              key={id}
              to={`/cases/${id}`}
              aria-label={what}
              tabIndex={-1}
              draggable={false}
            >
              <title>{what}</title>
              <circle
                className={priority === 'urgent' ? 'is-urgent' : undefined}
                cx={x * WIDTH}
                cy={y * HEIGHT}
                r={priority === 'urgent' ? 8 : 6}
              />
            </Link>
          )
        })}
        <Scale view={view} />
      </svg>
    </figure>
  )
}

/** What the list is narrowed to. */
function Frame({ view, box }: { readonly view: Box; readonly box: Box }) {
  const from = pointIn(view, { lat: box.north, lon: box.west })
  const to = pointIn(view, { lat: box.south, lon: box.east })
  return (
    <rect
      x={from.x * WIDTH}
      y={from.y * HEIGHT}
      width={(to.x - from.x) * WIDTH}
      height={(to.y - from.y) * HEIGHT}
    />
  )
}

function Scale({ view }: { readonly view: Box }) {
  const format = useFormat()
  const { metres, part } = scaleOf(view)
  const words =
    metres < 1_000 ? `${format.number(metres)} m` : `${format.number(metres / 1_000)} km`
  return (
    <g className="scale">
      <path d={`M 12 ${HEIGHT - 20} v 8 h ${part * WIDTH} v -8`} />
      <text x={16} y={HEIGHT - 18}>
        {words}
      </text>
    </g>
  )
}
