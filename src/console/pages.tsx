import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { useMessages } from './messages/language.tsx'
import { PageBoundary } from './frame/page-boundary.tsx'
import { Heading } from './parts/heading.tsx'
import { Loading } from './parts/loaded.tsx'
import { useCan } from './session/session.ts'

/** A page that comes when somebody goes there, so that nobody waits for pages of others. */
function page<Name extends string>(
  name: Name,
  load: () => Promise<Readonly<Record<Name, ComponentType>>>,
): LazyExoticComponent<ComponentType> {
  return lazy<ComponentType>(async () => ({ default: (await load())[name] }))
}

const AbsencesPage = page('AbsencesPage', () => import('./absences/absences-page.tsx'))
const AlarmPage = page('AlarmPage', () => import('./alarms/alarm-page.tsx'))
const AlarmsPage = page('AlarmsPage', () => import('./alarms/alarms-page.tsx'))
const AssetPage = page('AssetPage', () => import('./assets/asset-page.tsx'))
const AssetsPage = page('AssetsPage', () => import('./assets/assets-page.tsx'))
const CasePage = page('CasePage', () => import('./cases/case-page.tsx'))
const CasesPage = page('CasesPage', () => import('./cases/cases-page.tsx'))
const IntakePage = page('IntakePage', () => import('./intake/intake-page.tsx'))
const GrantedCasePage = page(
  'GrantedCasePage',
  () => import('./contractor/granted-case-page.tsx'),
)
const WorkPage = page('WorkPage', () => import('./contractor/work-page.tsx'))
const DesksPage = page('DesksPage', () => import('./desks/desks-page.tsx'))
const KpisPage = page('KpisPage', () => import('./kpis/kpis-page.tsx'))
const LettersPage = page('LettersPage', () => import('./letters/letters-page.tsx'))
const MaintenancePage = page(
  'MaintenancePage',
  () => import('./maintenance/maintenance-page.tsx'),
)
const NoticesPage = page('NoticesPage', () => import('./notices/notices-page.tsx'))
const ProblemsPage = page('ProblemsPage', () => import('./problems/problems-page.tsx'))
const ReviewPage = page('ReviewPage', () => import('./review/review-page.tsx'))
const StatisticsPage = page(
  'StatisticsPage',
  () => import('./statistics/statistics-page.tsx'),
)

/** Every page behind the log-in. */
export function Pages() {
  const messages = useMessages()
  const own = useCan('case.read') ? '/cases' : '/work'
  const start = useCan('alarm.read') ? '/alarms' : own
  return (
    <PageBoundary>
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route path="/" element={<Navigate to={start} replace />} />
          <Route path="/alarms" element={<AlarmsPage />} />
          <Route path="/alarms/:id" element={<AlarmPage />} />
          <Route path="/cases" element={<CasesPage />} />
          <Route path="/cases/new" element={<IntakePage />} />
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
      </Suspense>
    </PageBoundary>
  )
}
