import { expect, it } from 'vitest'
import { crash, type CrashResult } from '../../crash/harness.ts'
import { makePlan, stages, type Kill } from '../../crash/plan.ts'
import { findPaho } from '../../crash/publisher.ts'
import { seededNumbers } from '../../simulators/seeded-random.ts'
import { describeWithService, type Service } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** The short form of `npm run crash`: real processes, so minutes on a machine with other work. */
const patience = 400_000
const seed = 20_261_121

async function paho(): Promise<Service<string>> {
  const python = await findPaho()
  return python === undefined
    ? { kind: 'missing', why: 'no python3 here has paho-mqtt' }
    : { kind: 'there', start: () => Promise.resolve(python) }
}

describeWithService('paho', await paho(), (start) => {
  async function run(
    plan: readonly Kill[],
    mutant?: 'ack-before-append',
  ): Promise<CrashResult> {
    await using folder = await temporaryFolder()
    const python = await start()
    return await crash({ plan, seed, folder: folder.path, python, mutant, progress: quiet })
  }

  it(
    'keeps every acknowledged message and counts every episode once, killed at every stage',
    async () => {
      const all = Object.keys(stages).length + ['K13', 'K14'].length
      const plan = makePlan({ kills: all + 2, random: seededNumbers(seed) })
      // What a sender that died had to send is sent again after a minute: let that minute be this one.
      const ordered = plan.toSorted((a, b) => Number(isSending(b)) - Number(isSending(a)))
      const { figures, findings } = await run(ordered)
      expect(findings).toEqual([])
      expect(figures).toMatchObject({
        kills: all + 2,
        lost: 0,
        duplicated: 0,
        alarms: figures.expectedAlarms,
        cases: figures.expectedCases,
        photos: 1,
        mails: figures.reports,
      })
      expect(figures.reports).toBeGreaterThan(70)
      expect(figures.calls).toBeGreaterThan(figures.expectedCases)
      // Whatever K10 had sent came twice.
      expect(figures.mailCopies + figures.callCopies).toBeGreaterThan(0)
      expect(figures.acknowledged).toBeGreaterThan(1_000)
      expect(figures.expectedAlarms).toBeGreaterThan(50)
    },
    patience,
  )

  it(
    'catches an acknowledgement before the append',
    async () => {
      const kill: Kill = { kind: 'anytime', since: 'ready', after: 700 }
      const { figures, findings } = await run([kill, kill], 'ack-before-append')
      expect(figures.lost).toBeGreaterThan(0)
      expect(findings.filter((finding) => finding.endsWith(': lost'))).toHaveLength(
        figures.lost,
      )
    },
    patience,
  )
})

function quiet(): void {
  // Nobody looks.
}

function isSending(kill: Kill): boolean {
  return kill.kind === 'stage' && (kill.stage === 'K9' || kill.stage === 'K10')
}
