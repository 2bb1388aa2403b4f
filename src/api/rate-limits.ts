/** Per address and minute; the newest 5,000 addresses are remembered. */
export const loginRate = { max: 10, timeWindow: 60_000, cache: 5_000 } as const
export const reportRate = { max: 20, timeWindow: 60_000, cache: 5_000 } as const
/** Each may read a million rows. */
export const exportRate = { max: 6, timeWindow: 60_000, cache: 5_000 } as const
/** Photos from anybody: five reports with their photos sent one by one. */
export const photoRate = { max: 30, timeWindow: 60_000, cache: 5_000 } as const
