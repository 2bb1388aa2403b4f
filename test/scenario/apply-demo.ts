import { expect } from 'vitest'
import { applyAnswer, type ApplyAnswer } from '../../src/api/local/answers.ts'
import type { ConfigurationText } from '../../src/configuration/parse.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import {
  demoFolder,
  startService,
  strandkoping,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

export const lights = 'rules/lights.yaml'

interface Options {
  readonly prune?: boolean
  readonly dryRun?: boolean
  readonly take?: 'yaml' | 'database'
}

/** A running service with the demo's files at hand, to apply them changed. */
export interface AppliedDemo extends AsyncDisposable {
  readonly service: TestService
  readonly demo: readonly ConfigurationText[]
  /** The demo with one part of one file replaced; the part must be there. */
  demoWith(path: string, part: string, by: string): ConfigurationText[]
  /** `gatuvakt apply` with these files, over the route that the command calls. */
  apply(files: readonly ConfigurationText[], options?: Options): Promise<ApplyAnswer>
  /** Everything an apply could write. */
  everything(): Promise<unknown>
}

export async function openAppliedDemo(): Promise<AppliedDemo> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const service = opening.use(
    await startService({ folder: folder.path, clock: new VirtualClock() }),
  )
  const { files: demo } = await readFolder(demoFolder(strandkoping))
  const stack = opening.move()
  return {
    service,
    demo,
    demoWith: (path, part, by) =>
      demo.map((file) => {
        if (file.path !== path) return file
        expect(file.text).toContain(part)
        return { path, text: file.text.replace(part, by) }
      }),
    async apply(files, options = {}) {
      const payload = { organisation: strandkoping, files, ...options }
      const answer = await service.local.inject({
        method: 'POST',
        url: '/apply',
        payload,
      })
      expect(answer.statusCode).toBe(200)
      return applyAnswer.parse(answer.json())
    },
    everything: () => everything(service),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function everything({ app }: TestService): Promise<unknown> {
  const query = app.database.read(strandkoping)
  return {
    versions: await query.selectFrom('configuration_version').selectAll().execute(),
    objects: await query.selectFrom('configuration_object').selectAll().execute(),
    assets: await query.selectFrom('asset').selectAll().execute(),
    points: await query.selectFrom('point').selectAll().execute(),
    bindings: await query.selectFrom('binding').selectAll().execute(),
    edges: await query.selectFrom('edge').selectAll().execute(),
    users: await query.selectFrom('user').selectAll().execute(),
  }
}

/** The changes that are changes, as `update rule lamp-dark condition`. */
export const changesOf = ({ changes }: ApplyAnswer): readonly string[] =>
  changes
    .filter(({ change }) => change !== 'unchanged')
    .map(({ change, kind, slug, fields }) => [change, kind, slug, ...fields].join(' '))
