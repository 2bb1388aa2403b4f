import { useCallback, useMemo } from 'react'
import uPlot from 'uplot'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { axisLook, colour, Plot } from '../parts/plot.tsx'
import type { Distribution } from './distribution.ts'

/** Bars: how many slots of ten minutes had one alarm, two, three … */
export function DistributionChart({ shown }: { readonly shown: Distribution }) {
  const { kpis } = useMessages()
  const format = useFormat()
  const data = useMemo(
    (): uPlot.AlignedData => [[...shown.alarms], [...shown.slots]],
    [shown],
  )
  const options = useCallback(
    (width: number, height: number): uPlot.Options => {
      const axis = axisLook()
      const whole = (_plot: uPlot, splits: number[]) =>
        splits.map((value) => (Number.isInteger(value) ? format.number(value) : ''))
      const { bars } = uPlot.paths
      const most = Math.max(1, ...shown.slots)
      return {
        width,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [0.4, shown.alarms.length + 0.6] },
          y: { range: [0, most * 1.1] },
        },
        axes: [
          {
            ...axis,
            label: kpis.alarmsInSlot,
            labelSize: 20,
            incrs: [1, 2, 5, 10],
            values: whole,
          },
          { ...axis, label: kpis.slots, labelSize: 20, size: 50, values: whole },
        ],
        series: [
          {},
          {
            stroke: colour('--ink'),
            fill: colour('--line'),
            width: 1,
            points: { show: false },
            ...(bars !== undefined && { paths: bars({ size: [0.7, 48] }) }),
          },
        ],
      }
    },
    [shown, format, kpis],
  )
  return <Plot label={kpis.distribution} options={options} data={data} />
}
