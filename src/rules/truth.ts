/** What is known of a condition. Missing and bad data is UNKNOWN: neither an alarm nor the end of one. */
export type Truth = typeof FALSE | typeof TRUE | typeof UNKNOWN

export const FALSE = 0
export const TRUE = 1
export const UNKNOWN = -1
