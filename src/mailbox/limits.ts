import { durationUs, HOUR, MINUTE, SECOND, type DurationUs } from '../domain/time.ts'

/** Bytes of a letter that is read; a larger one is a problem for people. */
export const LETTER_BYTES = 10 * 1_024 * 1_024
/** Attachments that are looked at; what comes after them is left. */
export const ATTACHMENTS = 10
/** Photos of one letter. */
export const PHOTOS = 5
/** Characters of HTML that are turned into text. */
export const HTML_CHARACTERS = 200_000
/** Characters of a report: what the form takes as well. */
export const TEXT_CHARACTERS = 2_000
/** Characters of either part of a mail server's report. */
export const REPORT_CHARACTERS = 64_000
/** Message-IDs of a conversation that are looked at, the oldest and the newest ones. */
export const REFERENCES = 50
export const PARSE_PATIENCE: DurationUs = durationUs(20 * SECOND)
/** Letters of one sender in an hour: two machines that answer each other stop here. */
export const LETTERS_AN_HOUR = 30
/** Senders that are counted; the longest silent one is forgotten first. */
export const SENDERS = 5_000
/** Tries of a letter that fails for a reason of ours, before it is put aside. */
export const TRIES = 3
/** Letters between two looks at what else is to do. */
export const BATCH = 50
/** Problems that are kept of an organisation; the letters themselves stay on the server. */
export const PROBLEMS = 1_000
/** How long a letter is known by its hash: as long as somebody may answer it. */
export const KNOWN: DurationUs = durationUs(400 * 24 * HOUR)
/** A server that does not call us is asked this often. */
export const POLL: DurationUs = MINUTE
/** An IDLE is begun anew before a firewall forgets it (RFC 2177 says 29 minutes; many forget at 10). */
export const IDLE: DurationUs = durationUs(9 * MINUTE)
export const RETRY_FIRST: DurationUs = durationUs(2 * SECOND)
export const RETRY_LAST: DurationUs = durationUs(10 * MINUTE)
