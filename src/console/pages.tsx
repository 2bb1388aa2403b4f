import { Navigate, Route, Routes } from 'react-router'
import { AbsencesPage } from './absences/absences-page.tsx'
import { AlarmPage } from './alarms/alarm-page.tsx'
import { AlarmsPage } from './alarms/alarms-page.tsx'
import { AssetPage } from './assets/asset-page.tsx'
import { AssetsPage } from './assets/assets-page.tsx'
import { CasePage } from './cases/case-page.tsx'
import { CasesPage } from './cases/cases-page.tsx'
import { GrantedCasePage } from './contractor/granted-case-page.tsx'
import { WorkPage } from './contractor/work-page.tsx'
import { DesksPage } from './desks/desks-page.tsx'
import { KpisPage } from './kpis/kpis-page.tsx'
import { LettersPage } from './letters/letters-page.tsx'
import { MaintenancePage } from './maintenance/maintenance-page.tsx'
import { useMessages } from './messages/language.tsx'
import { NoticesPage } from './notices/notices-page.tsx'
import { Heading } from './parts/heading.tsx'
import { ProblemsPage } from './problems/problems-page.tsx'
import { ReviewPage } from './review/review-page.tsx'
import { useCan } from './session/session.ts'
import { StatisticsPage } from './statistics/statistics-page.tsx'

/** Every page behind the log-in. */
export function Pages() {
  const messages = useMessages()
  const own = useCan('case.read') ? '/cases' : '/work'
  const start = useCan('alarm.read') ? '/alarms' : own
  return (
    <Routes>
      <Route path="/" element={<Navigate to={start} replace />} />
      <Route path="/alarms" element={<AlarmsPage />} />
      <Route path="/alarms/:id" element={<AlarmPage />} />
      <Route path="/cases" element={<CasesPage />} />
      <Route path="/cases/:id" element={<CasePage />} />
      <Route path="/work" element={<WorkPage />} />
      <Route path="/work/:organisation/:id" element={<GrantedCasePage />} />
      <Route path="/absences" element={<AbsencesPage />} />
      <Route path="/assets" element={<AssetsPage />} />
      <Route path="/assets/:id" element={<AssetPage />} />
      <Route path="/maintenance" element={<MaintenancePage />} />
      <Route path="/desks" element={<DesksPage />} />
      <Route path="/kpis" element={<KpisPage />} />
      <Route path="/notices" element={<NoticesPage />} />
      <Route path="/review" element={<ReviewPage />} />
      <Route path="/letters" element={<LettersPage />} />
      <Route path="/statistics" element={<StatisticsPage />} />
      <Route path="/problems" element={<ProblemsPage />} />
      <Route path="*" element={<Heading text={messages.common.notFound} />} />
    </Routes>
  )
}
