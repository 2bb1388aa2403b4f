import { useEffect, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Format } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useSession } from '../session/session.ts'
import type { Line } from './series.ts'

interface ChartProps {
  readonly line: Line
  /** Seconds since 1970. */
  readonly from: number
  readonly to: number
  readonly label: string
}

const HEIGHT = 260
const DAY_S = 86_400

/** One line over time in the organisation's zone. Holes stay holes. */
export function Chart(props: ChartProps) {
  // Colours are read when the chart is made, so a new colour scheme makes it anew.
  return <Drawing key={useDark() ? 'dark' : 'light'} {...props} />
}

function Drawing({ line, from, to, label }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const format = useFormat()
  const { timezone } = useSession().organisation
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const plot = new uPlot(
      options({ format, timezone, from, to, width: element.clientWidth }),
      [[...line.times], [...line.values]],
      element,
    )
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: HEIGHT }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [line, from, to, format, timezone])
  return (
    <figure>
      <figcaption>{label}</figcaption>
      <div ref={place} className="chart" />
    </figure>
  )
}

interface Drawn {
  readonly format: Format
  readonly timezone: string
  readonly from: number
  readonly to: number
  readonly width: number
}

function options({ format, timezone, from, to, width }: Drawn): uPlot.Options {
  const axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line-soft'), width: 1 },
    ticks: { stroke: colour('--line-soft'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
  const timeText = (seconds: number) => {
    const at = new Date(seconds * 1_000)
    return to - from > DAY_S * 1.5 ? format.day(at) : format.hourMinute(at)
  }
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timezone),
    scales: { x: { time: true, range: [from, to] } },
    axes: [
      { ...axis, space: 70, values: (_plot, splits) => splits.map(timeText) },
      { ...axis, size: 60, values: (_plot, splits) => splits.map((v) => format.number(v)) },
    ],
    series: [
      {},
      {
        stroke: colour('--ink'),
        width: 1.5,
        spanGaps: false,
        points: { size: 4, fill: colour('--ink') },
      },
    ],
  }
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
}

const darkQuery = '(prefers-color-scheme: dark)'

function useDark(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(darkQuery)
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => window.matchMedia(darkQuery).matches,
  )
}
