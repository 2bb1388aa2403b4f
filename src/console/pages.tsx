import { Navigate, Route, Routes } from 'react-router'
import { AlarmPage } from './alarms/alarm-page.tsx'
import { AlarmsPage } from './alarms/alarms-page.tsx'
import { AssetPage } from './assets/asset-page.tsx'
import { AssetsPage } from './assets/assets-page.tsx'
import { CasePage } from './cases/case-page.tsx'
import { CasesPage } from './cases/cases-page.tsx'
import { DesksPage } from './desks/desks-page.tsx'
import { KpisPage } from './kpis/kpis-page.tsx'
import { MaintenancePage } from './maintenance/maintenance-page.tsx'
import { useMessages } from './messages/language.tsx'
import { Heading } from './parts/heading.tsx'
import { ProblemsPage } from './problems/problems-page.tsx'
import { useCan } from './session/session.ts'

/** Every page behind the log-in. */
export function Pages() {
  const messages = useMessages()
  const start = useCan('alarm.read') ? '/alarms' : '/cases'
  return (
    <Routes>
      <Route path="/" element={<Navigate to={start} replace />} />
      <Route path="/alarms" element={<AlarmsPage />} />
      <Route path="/alarms/:id" element={<AlarmPage />} />
      <Route path="/cases" element={<CasesPage />} />
      <Route path="/cases/:id" element={<CasePage />} />
      <Route path="/assets" element={<AssetsPage />} />
      <Route path="/assets/:id" element={<AssetPage />} />
      <Route path="/maintenance" element={<MaintenancePage />} />
      <Route path="/desks" element={<DesksPage />} />
      <Route path="/kpis" element={<KpisPage />} />
      <Route path="/problems" element={<ProblemsPage />} />
      <Route path="*" element={<Heading text={messages.common.notFound} />} />
    </Routes>
  )
}
