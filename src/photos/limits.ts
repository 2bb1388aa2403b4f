import { HOUR, MINUTE, SECOND, durationUs, type DurationUs } from '../domain/time.ts'

/** Bytes of one upload. */
export const UPLOAD_BYTES = 10 * 1_024 * 1_024
/** Photos of one report. */
export const PHOTOS_A_REPORT = 5
/** Width times height of what is decoded: more than any phone makes. */
export const INPUT_PIXELS = 40_000_000
/** Longest edge of what is kept, and of its preview, in px. */
export const FULL_EDGE = 2_048
export const SMALL_EDGE = 480
/** Bytes that are looked at to tell what an upload is. */
export const SNIFF_BYTES = 4_096
/** Photos of one organisation that wait for their reports. */
export const WAITING_PHOTOS = 2_000
/** How long a photo waits for its report. */
export const WAIT: DurationUs = durationUs(24 * HOUR)
/** Uploads that wait to be re-encoded, and their bytes. */
export const QUEUED_UPLOADS = 32
export const QUEUED_BYTES = 64 * 1_024 * 1_024
/** Nothing a phone makes takes so long; what does is ended with its process. */
export const PATIENCE: DurationUs = durationUs(20 * SECOND)
/** An encoder without work is ended, so that its memory is free. */
export const IDLE: DurationUs = MINUTE
/** A file is given so long to get its row, a row its file. */
export const SETTLING: DurationUs = HOUR
