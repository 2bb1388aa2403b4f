/** A letter as it lies on the server. */
export interface LetterOnServer {
  readonly size: number
  /** When it arrived there, ms since 1970. */
  readonly arrivedMs: number
}

/** Nothing can be said about letters until somebody connects again. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}

/** An open folder of a mail server. Rejects with ConnectionLostError when that is so. */
export interface LetterSource extends AsyncDisposable {
  readonly uidValidity: number
  /** Numbers of the letters above `after`, ascending. */
  uidsAbove(after: number): Promise<readonly number[]>
  /** The highest number that any letter has now, or 0. */
  highestUid(): Promise<number>
  /** Undefined only when the server says that somebody removed it; other failures reject. */
  look(uid: number): Promise<LetterOnServer | undefined>
  read(uid: number): Promise<Uint8Array | undefined>
  /** `taken`: read, or gone where that is wanted. `put_aside`: unread and flagged, for people to see. */
  mark(uid: number, as: 'taken' | 'put_aside'): Promise<void>
  /** Resolves when there may be more, the server closed, or `stop` is aborted. */
  more(stop: AbortSignal): Promise<void>
}
