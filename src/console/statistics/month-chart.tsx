import { useCallback, useMemo } from 'react'
import uPlot from 'uplot'
import type { StatisticsReport } from '../../statistics/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'
import { axisLook, colour, Plot } from '../parts/plot.tsx'
import { monthSeries } from './columns.ts'
import { monthName } from './group-name.ts'

interface MonthChartProps {
  readonly groups: StatisticsReport['groups']
}

/** Width (px) that the name of a month needs. */
const LABEL = 72

/** Bars are cases that were opened in the month, the line with its dots those that were closed. */
export function MonthChart({ groups }: MonthChartProps) {
  const { language, messages } = useSpoken()
  const { statistics } = messages
  const format = useFormat()
  const data = useMemo((): uPlot.AlignedData => [...monthSeries(groups)], [groups])
  const options = useCallback(
    (width: number, height: number): uPlot.Options => {
      const axis = axisLook()
      const most = Math.max(
        1,
        ...groups.flatMap(({ figures: { cases } }) => [cases.opened, cases.closed]),
      )
      const { bars } = uPlot.paths
      return {
        width,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [-0.6, groups.length - 0.4] },
          y: { range: [0, most * 1.1] },
        },
        axes: [
          {
            ...axis,
            space: LABEL,
            incrs: [1, 2, 3, 6, 12, 24],
            values: (_plot, splits) =>
              splits.map((at) => monthName(groups[at]?.key ?? '', language)),
          },
          {
            ...axis,
            size: 50,
            values: (_plot, splits) =>
              splits.map((value) => (Number.isInteger(value) ? format.number(value) : '')),
          },
        ],
        series: [
          {},
          {
            stroke: colour('--line'),
            fill: colour('--line-soft'),
            width: 1,
            points: { show: false },
            ...(bars !== undefined && { paths: bars({ size: [0.6, 48] }) }),
          },
          {
            stroke: colour('--ink'),
            width: 2,
            points: { show: true, size: 7, fill: colour('--ink') },
          },
        ],
      }
    },
    [groups, format, language],
  )
  return <Plot label={statistics.chart} options={options} data={data} />
}
