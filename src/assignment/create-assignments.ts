import { createAbsences } from './absences.ts'
import { assign } from './assign.ts'
import type { AssignmentParts, Assignments } from './assignments.ts'
import { hearCase } from './hear-case.ts'
import { checkActs, mayAct, standsInFor } from './grants.ts'
import { runAbsences } from './run-absences.ts'
import { takeFromUnfit } from './take-from-unfit.ts'

/** Assignment on the database. */
export function createAssignments(parts: AssignmentParts): Assignments {
  const { database, clock, catalogue } = parts
  return {
    assign: (work, asked) => assign(parts, work, asked),
    async assignCase(organisation, asked, who) {
      await catalogue(organisation)
      const at = clock.now()
      return await database.write(organisation, 'normal', async (work) => {
        const about = { cases: [asked.case], organisation, at }
        if (who !== undefined) await checkActs(parts, work.query, { who, ...about })
        return await assign(parts, work, { ...asked, at, via: 'person' })
      })
    },
    mayAct: async (organisation, who, caseId) => {
      await catalogue(organisation)
      const at = clock.now()
      const query = database.read(organisation)
      return await mayAct(parts, query, { who, case: caseId, organisation, at })
    },
    checkActs: (work, who, cases) => {
      const about = { cases, organisation: work.organisation, at: clock.now() }
      return checkActs(parts, work.query, { who, ...about })
    },
    standsInFor: (work, asked) => standsInFor(work.query, asked),
    absences: createAbsences(parts),
    hear: (work, news) => hearCase(parts, work, news),
    runAbsences: (failed) => runAbsences(parts, failed),
    takeFromUnfit: (organisation) => takeFromUnfit(parts, organisation),
  }
}
