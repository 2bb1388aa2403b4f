import type { ReactNode } from 'react'

interface PriorityMarkProps {
  readonly priority: number
  /** Draws attention until somebody has acknowledged it. */
  readonly calls: boolean
}

/** Shape, digit and colour say the same. The words for it stand beside it, for those who hear. */
export function PriorityMark({ priority, calls }: PriorityMarkProps) {
  return (
    <svg
      className={`mark mark-${priority}${calls ? ' calls' : ''}`}
      viewBox="0 0 24 24"
      width="24"
      height="24"
      aria-hidden="true"
    >
      {calls && <circle className="ring" cx="12" cy="12" r="11" />}
      {shapeOf(priority)}
      <text x="12" y={priority === 1 ? 18 : 16.2} textAnchor="middle">
        {priority}
      </text>
    </svg>
  )
}

function shapeOf(priority: number): ReactNode {
  switch (priority) {
    case 1:
      return <path d="M12 2.5 22 20.5H2Z" />
    case 2:
      return <path d="M12 1.8 22.2 12 12 22.2 1.8 12Z" />
    case 3:
      return <circle cx="12" cy="12" r="9" />
    default:
      return <rect x="3.5" y="3.5" width="17" height="17" />
  }
}
