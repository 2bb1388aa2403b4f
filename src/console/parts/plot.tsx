import { useEffect, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

interface PlotProps {
  readonly label: string
  /** Must stay the same until the drawing shall change. */
  readonly options: (width: number, height: number) => uPlot.Options
  readonly data: uPlot.AlignedData
}

const HEIGHT = 260

/** A drawing of uPlot with its caption, as wide as its place. */
export function Plot(props: PlotProps) {
  // Colours are read when the chart is made, so a new colour scheme makes it anew.
  return <Drawing key={useDark() ? 'dark' : 'light'} {...props} />
}

function Drawing({ label, options, data }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const plot = new uPlot(options(element.clientWidth, HEIGHT), data, element)
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: HEIGHT }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [options, data])
  return (
    <figure>
      <figcaption>{label}</figcaption>
      <div ref={place} className="chart" />
    </figure>
  )
}

/** How every axis looks. */
export function axisLook(): uPlot.Axis {
  return {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line-soft'), width: 1 },
    ticks: { stroke: colour('--line-soft'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
}

/** A colour of `styles/tokens.css`, as it is now. */
export function colour(name: string): string {
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
