import { vi } from 'vitest'

/** The longest that tests wait for what takes a moment, in ms: a busy machine takes its time. */
export const patience = 30_000

/** Waits for what another process, a socket or a disk will bring about; fails after `timeout` ms. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeout = patience,
): Promise<void> {
  await vi.waitFor(
    async () => {
      if (!(await condition())) throw new Error(`not yet: ${condition.toString()}`)
    },
    { timeout, interval: 2 },
  )
}
