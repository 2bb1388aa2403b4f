import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { readHold, releaseDeliveries } from '../../src/delivery/hold.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { timeUs } from '../../src/domain/time.ts'
import { systemRandom } from '../../src/random.ts'
import { openFixture } from '../delivery/fixture.ts'
import { addOrganisations, north } from '../support/database.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'

const run = promisify(execFile)
const guide = readFileSync(join(import.meta.dirname, '../../docs/backup.md'), 'utf8')
/** The statement of the guide, as it stands there. */
const holdStatement = /--command="\n([^"]+)"/.exec(guide)?.[1] ?? ''

describeWithService('postgres', await findPostgres(), (start) => {
  it('is dumped and restored as docs/backup.md says, and holds its deliveries', async () => {
    await using server = await start()
    await using folder = await temporaryFolder()
    const [from, to] = [await server.createDatabase(), await server.createEmptyDatabase()]
    {
      await using database = await open(from)
      await addOrganisations(database)
      await database.write(north, 'normal', (work) =>
        enqueue(work, {
          id: 'waits',
          kind: 'greeting',
          payload: {},
          dueAt: timeUs(0),
        }),
      )
    }
    const dump = join(folder.path, 'gatuvakt.dump')
    await postgres('pg_dump', ['--format=custom', `--file=${dump}`, from])
    await postgres('pg_restore', ['--no-owner', `--dbname=${to}`, dump])
    await postgres('psql', [to, '--set=ON_ERROR_STOP=1', `--command=${holdStatement}`])

    await using here = await openFixture(() => open(to))
    expect(await readHold(here.database)).toEqual({
      since: expect.any(Number),
      why: 'restored',
    })
    await using outbox = createOutbox(here.parts())
    expect(await outbox.drain()).toBe(0)
    await releaseDeliveries(here.database)
    expect(await outbox.drain()).toBe(1)
    expect(here.letters.map(({ id }) => id)).toEqual(['waits'])
  })
})

function open(url: string) {
  return openPostgresDatabase({ url, clock: systemClock, random: systemRandom })
}

/** The newest of the server's own tools: an older one refuses to dump a newer server. */
function postgres(program: string, args: readonly string[]) {
  const [newest] = globSync(`/usr/lib/postgresql/*/bin/${program}`).toSorted().toReversed()
  return run(newest ?? program, [...args])
}
