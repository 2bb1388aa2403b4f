/** Reads the log's file beside the writer, so that a long read never delays an acknowledgement. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { answerCalls, type Answer, type CallHandlers } from '../../store/worker-calls.ts'
import type { FetchRequest, PackedCommit, ReaderCalls } from './calls.ts'
import { openForReading } from './file.ts'

const maxFetchBytes = 16 * 1024 * 1024

function fetchCommits(
  statement: StatementSync,
  { after, upTo, limit }: FetchRequest,
): Answer<readonly PackedCommit[]> {
  const { sequence, index } = after ?? { sequence: 0, index: 0 }
  const commits: PackedCommit[] = []
  let records = 0
  let bytes = 0
  for (const row of statement.iterate(sequence, index + 1, upTo)) {
    const commit = row as unknown as PackedCommit
    commits.push(commit)
    records += commit.records - (commit.sequence === sequence ? index + 1 : 0)
    bytes += commit.packed.length
    if (records >= limit || bytes >= maxFetchBytes) break
  }
  const transfer = commits.map(({ packed }) => packed.buffer)
  return { reply: commits, transfer }
}

function handlers(): CallHandlers<ReaderCalls> {
  let database: DatabaseSync | undefined
  let statement: StatementSync | undefined
  return {
    open: ({ file }) => {
      database = openForReading(file)
      statement = database.prepare(
        `SELECT sequence, records, packed FROM packed_commit
         WHERE sequence >= ?1 AND (sequence > ?1 OR records > ?2) AND sequence <= ?3
         ORDER BY sequence`,
      )
      return { reply: null }
    },
    fetch: (request) => {
      if (statement === undefined) throw new Error('the log is not open')
      return fetchCommits(statement, request)
    },
    close: () => {
      database?.close()
      return { reply: null }
    },
  }
}

answerCalls<ReaderCalls>(handlers())
