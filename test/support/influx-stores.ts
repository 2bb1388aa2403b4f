import type { ServerResponse } from 'node:http'
import { systemClock } from '../../src/clock.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { StoredCursors } from '../../src/store/influx/stored-cursors.ts'
import { openInflux1Store } from '../../src/store/influx1/open.ts'
import { openInflux2Store } from '../../src/store/influx2/open.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import {
  startScriptedServer,
  type HeardRequest,
  type ScriptedServer,
} from './scripted-server.ts'

interface Parts {
  readonly url: string
  readonly cursors: StoredCursors
  readonly clock?: Clock
}

/** Both clients: what to call them, where they write, how to open them. Their secret is `hemlig`. */
export const influxStores: readonly (readonly [
  string,
  string,
  (parts: Parts) => ReadingStore,
])[] = [
  [
    'the client of version 1',
    '/write',
    ({ url, cursors, clock = systemClock }) =>
      openInflux1Store({
        url,
        database: 'g',
        username: 'u',
        password: 'hemlig',
        cursors,
        clock,
      }),
  ],
  [
    'the client of version 2',
    '/api/v2/write',
    ({ url, cursors, clock = systemClock }) =>
      openInflux2Store({
        url,
        organisation: 'o',
        bucket: 'g',
        token: 'hemlig',
        cursors,
        clock,
      }),
  ],
]

/** Like an InfluxDB as far as the first contact goes; what is written gets `answer`. */
export function startInfluxLike(
  answer: (response: ServerResponse, request: HeardRequest) => void,
): Promise<ScriptedServer> {
  return startScriptedServer((request, response) => {
    const { path } = request
    if (path.startsWith('/ping')) {
      response.writeHead(204, { 'x-influxdb-version': '1.6.7' }).end()
    } else if (path.includes('create%20database')) {
      response.end('{"results":[{"statement_id":0}]}')
    } else answer(response, request)
  })
}
