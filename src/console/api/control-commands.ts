import type { WindowPreview, WindowScope, WindowView } from '../../alarms/windows.ts'
import type { DeskTestView } from '../../api/desk-view.ts'
import { call } from './client.ts'

export interface PlannedWork {
  readonly scope: WindowScope
  /** ISO 8601 in UTC. */
  readonly from: string
  readonly to: string
  readonly reason: string
}

/** What work would touch; changes nothing. */
export function previewWork(scope: WindowScope): Promise<WindowPreview> {
  return call('/maintenance-windows/preview', { method: 'POST', body: { scope } })
}

export async function planWork(work: PlannedWork): Promise<WindowView> {
  const path = '/maintenance-windows'
  const { window } = await call<{ readonly window: WindowView }>(path, {
    method: 'POST',
    body: work,
  })
  return window
}

/** Ends work now, or takes it back before it began. */
export function endWork(id: string): Promise<WindowView> {
  return call(`/maintenance-windows/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Sends a marked test to everybody a desk tells; answers after at most 15 s. */
export function testDesk(id: string): Promise<DeskTestView> {
  return call(`/desks/${encodeURIComponent(id)}/test`, { method: 'POST' })
}
