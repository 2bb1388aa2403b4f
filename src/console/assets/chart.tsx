import { useCallback, useMemo } from 'react'
import uPlot from 'uplot'
import type { Format } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { axisLook, colour, Plot } from '../parts/plot.tsx'
import { useSession } from '../session/session.ts'
import type { Line } from './series.ts'

interface ChartProps {
  readonly line: Line
  /** Seconds since 1970. */
  readonly from: number
  readonly to: number
  readonly label: string
}

const DAY_S = 86_400

/** One line over time in the organisation's zone. Holes stay holes. */
export function Chart({ line, from, to, label }: ChartProps) {
  const format = useFormat()
  const { timezone } = useSession().organisation
  const data = useMemo((): uPlot.AlignedData => [[...line.times], [...line.values]], [line])
  const options = useCallback(
    (width: number, height: number) =>
      optionsOf({ format, timezone, from, to, width, height }),
    [format, timezone, from, to],
  )
  return <Plot label={label} options={options} data={data} />
}

interface Drawn {
  readonly format: Format
  readonly timezone: string
  readonly from: number
  readonly to: number
  readonly width: number
  readonly height: number
}

function optionsOf({ format, timezone, from, to, width, height }: Drawn): uPlot.Options {
  const axis = axisLook()
  const timeText = (seconds: number) => {
    const at = new Date(seconds * 1_000)
    return to - from > DAY_S * 1.5 ? format.day(at) : format.hourMinute(at)
  }
  return {
    width,
    height,
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
