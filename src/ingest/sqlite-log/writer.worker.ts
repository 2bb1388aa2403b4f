/** Writes the log's file. One commit is one INSERT; nothing is answered before it is on the disk. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { answerCalls, type CallHandlers } from '../../store/worker-calls.ts'
import { packCommit } from '../packed-commit.ts'
import type { CommitRequest, DeleteRequest, LogFile, Mark, WriterCalls } from './calls.ts'
import { openFile, readState } from './file.ts'

/** A delete gives way to the next commit after this many commits or bytes. */
const deleteCommits = 64
const deleteBytes = 8 * 1024 * 1024

interface OldCommit {
  readonly sequence: number
  readonly committed: number
  readonly bytes: number
}

class Writer {
  readonly database: DatabaseSync
  readonly #insert: StatementSync
  readonly #mark: StatementSync
  readonly #oldest: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync) {
    this.database = database
    this.#insert = database.prepare(
      'INSERT INTO packed_commit (sequence, committed, records, packed) VALUES (?, ?, ?, ?)',
    )
    this.#mark = database.prepare(
      'INSERT OR REPLACE INTO mark (consumer, partition, sequence, idx) VALUES (?, ?, ?, ?)',
    )
    this.#oldest = database.prepare(
      `SELECT sequence, committed, length(packed) AS bytes FROM packed_commit
       WHERE sequence < ? ORDER BY sequence LIMIT ${deleteCommits}`,
    )
    this.#delete = database.prepare('DELETE FROM packed_commit WHERE sequence = ?')
  }

  commit({ sequence, committed, bytes, lengths }: CommitRequest): void {
    const loose = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const packed = packCommit({ bytes: loose, lengths })
    this.#insert.run(sequence, committed, lengths.length, packed)
  }

  mark(marks: readonly Mark[]): void {
    this.#inTransaction(() => {
      for (const { consumer, partition, sequence, index } of marks) {
        this.#mark.run(consumer, partition, sequence, index)
      }
    })
  }

  deleteOldest({ below, before, maxBytes, keepSince }: DeleteRequest): number {
    let deleted = 0
    let freed = 0
    this.#inTransaction(() => {
      for (const row of this.#oldest.all(below)) {
        const { sequence, committed, bytes } = row as unknown as OldCommit
        const tooOld = before !== undefined && committed < before
        const tooLarge = maxBytes !== undefined && this.#liveBytes() > maxBytes
        const young = keepSince !== undefined && committed >= keepSince
        if (young || freed > deleteBytes || !(tooOld || tooLarge)) break
        this.#delete.run(sequence)
        deleted++
        freed += bytes
      }
    })
    return deleted
  }

  /** Bytes of the pages in use; pages of deleted commits are used again for new ones. */
  #liveBytes(): number {
    const count = (name: string): number =>
      Number(this.database.prepare(`PRAGMA ${name}`).get()?.[name])
    return (count('page_count') - count('freelist_count')) * count('page_size')
  }

  #inTransaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.database.exec('COMMIT')
    } finally {
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
    }
  }
}

function handlers(): CallHandlers<WriterCalls> {
  let opened: Writer | undefined
  const writer = (): Writer => {
    if (opened === undefined) throw new Error('the log is not open')
    return opened
  }
  return {
    open: (request: LogFile) => {
      opened = new Writer(openFile(request))
      return { reply: readState(opened.database) }
    },
    commit: (request) => {
      writer().commit(request)
      return { reply: null }
    },
    mark: (marks) => {
      writer().mark(marks)
      return { reply: null }
    },
    delete: (request) => ({ reply: writer().deleteOldest(request) }),
    close: () => {
      opened?.database.close()
      opened = undefined
      return { reply: null }
    },
  }
}

answerCalls<WriterCalls>(handlers())
