import type { Api, ApiParts } from './parts.ts'
import { refuseNul } from './refuse-nul.ts'
import { deleteMaintenanceWindow } from './routes/delete-maintenance-window.ts'
import { deleteSession } from './routes/delete-session.ts'
import { getAlarmJournal } from './routes/get-alarm-journal.ts'
import { getAlarmWhy } from './routes/get-alarm-why.ts'
import { getAlarm } from './routes/get-alarm.ts'
import { getAlarms } from './routes/get-alarms.ts'
import { getAssetHistory } from './routes/get-asset-history.ts'
import { getAsset } from './routes/get-asset.ts'
import { getAssets } from './routes/get-assets.ts'
import { getCase } from './routes/get-case.ts'
import { getCaseChoices } from './routes/get-case-choices.ts'
import { getCaseDuplicates, getCaseRemaining } from './routes/get-case-duplicates.ts'
import { getCaseTemplates, getTemplatesBeforehand } from './routes/get-case-templates.ts'
import { getLetterProblems } from './routes/get-letter-problems.ts'
import { getCases } from './routes/get-cases.ts'
import { getConnections } from './routes/get-connections.ts'
import { getDeskDeliveries } from './routes/get-desk-deliveries.ts'
import { getCasesFile } from './routes/get-cases-file.ts'
import { getDesks } from './routes/get-desks.ts'
import { getHealth } from './routes/get-health.ts'
import { getInbox } from './routes/get-inbox.ts'
import { getIngestProblems } from './routes/get-ingest-problems.ts'
import { getKpisCsv } from './routes/get-kpis-csv.ts'
import { getKpis } from './routes/get-kpis.ts'
import { getMaintenanceWindows } from './routes/get-maintenance-windows.ts'
import { getMetrics } from './routes/get-metrics.ts'
import { getNoticeProposals } from './routes/get-notice-proposals.ts'
import { getOpenapi } from './routes/get-openapi.ts'
import { getQuarantine } from './routes/get-quarantine.ts'
import { getQuarantined } from './routes/get-quarantined.ts'
import { getReadiness } from './routes/get-readiness.ts'
import { getReadingsExport } from './routes/get-readings-export.ts'
import { getRoot } from './routes/get-root.ts'
import { getRule } from './routes/get-rule.ts'
import { getRuleWhyNot } from './routes/get-rule-why-not.ts'
import { getRules } from './routes/get-rules.ts'
import { getSession } from './routes/get-session.ts'
import { getStream } from './routes/get-stream.ts'
import { getTypes } from './routes/get-types.ts'
import { getVersion } from './routes/get-version.ts'
import { getStatistics } from './routes/get-statistics.ts'
import { getSuggestions } from './routes/get-suggestions.ts'
import { getTemplates } from './routes/get-templates.ts'
import { registerNotices } from './routes/notices.ts'
import { registerReviews } from './routes/reviews.ts'
import { postAlarmAcknowledge } from './routes/post-alarm-acknowledge.ts'
import { postAlarmCase } from './routes/post-alarm-case.ts'
import { postAlarmCommands } from './routes/post-alarm-commands.ts'
import { postAlarmComment } from './routes/post-alarm-comment.ts'
import { postAlarmOutOfService } from './routes/post-alarm-out-of-service.ts'
import { postAlarmShelve } from './routes/post-alarm-shelve.ts'
import { postCaseMove } from './routes/post-case-move.ts'
import { postCase } from './routes/post-case.ts'
import { postCaseFollowUp } from './routes/post-case-follow-up.ts'
import { postCaseForward } from './routes/post-case-forward.ts'
import { postCaseMerge } from './routes/post-case-merge.ts'
import { postCaseReroute } from './routes/post-case-reroute.ts'
import { postCaseSay } from './routes/post-case-say.ts'
import { postCaseUnmerge } from './routes/post-case-unmerge.ts'
import { postCaseErase } from './routes/post-case-erase.ts'
import { getCaseExport } from './routes/get-case-export.ts'
import { getAbsences } from './routes/get-absences.ts'
import { postAbsences } from './routes/post-absences.ts'
import { deleteAbsence } from './routes/delete-absence.ts'
import { postCaseAssign } from './routes/post-case-assign.ts'
import { getCaseShareReporter } from './routes/get-case-share-reporter.ts'
import { postCaseShareReporter } from './routes/post-case-share-reporter.ts'
import { getContractorStream } from './routes/get-contractor-stream.ts'
import { getCaseOrders } from './routes/get-case-orders.ts'
import { postCaseOrders } from './routes/post-case-orders.ts'
import { postOrderMove } from './routes/post-order-move.ts'
import { postOrderAmend } from './routes/post-order-amend.ts'
import { getContractorOrders } from './routes/get-contractor-orders.ts'
import { postContractorOrderMove } from './routes/post-contractor-order-move.ts'
import { postContractorOrderPhotos } from './routes/post-contractor-order-photos.ts'
import { getContractorOrderPhoto } from './routes/get-contractor-order-photo.ts'
import { getContractorCases } from './routes/get-contractor-cases.ts'
import { getContractorCase } from './routes/get-contractor-case.ts'
import { postContractorCaseMove } from './routes/post-contractor-case-move.ts'
import { postContractorCasePhotos } from './routes/post-contractor-case-photos.ts'
import { getContractorCasePhoto } from './routes/get-contractor-case-photo.ts'
import { postRoutesExplain } from './routes/post-routes-explain.ts'
import { postRoutesDryRun } from './routes/post-routes-dry-run.ts'
import { postChannelEnable } from './routes/post-channel-enable.ts'
import { postDeskTest } from './routes/post-desk-test.ts'
import { postInboxDismiss } from './routes/post-inbox-dismiss.ts'
import { postMaintenancePreview } from './routes/post-maintenance-preview.ts'
import { postMaintenanceWindows } from './routes/post-maintenance-windows.ts'
import { postPassword } from './routes/post-password.ts'
import { postQuarantineReplay } from './routes/post-quarantine-replay.ts'
import { postReport } from './routes/post-report.ts'
import { postRulesBacktest } from './routes/post-rules-backtest.ts'
import { postRulesCheck } from './routes/post-rules-check.ts'
import { postRulesPublish } from './routes/post-rules-publish.ts'
import { postRulesSweep } from './routes/post-rules-sweep.ts'
import { postRulesTest } from './routes/post-rules-test.ts'
import { getPlannedWork, getPublicNotices } from './routes/public-notices.ts'
import { postSession } from './routes/post-session.ts'
import { postTypesApply } from './routes/post-types-apply.ts'
import { postTypesCheck } from './routes/post-types-check.ts'
import { postTypesRollback } from './routes/post-types-rollback.ts'
import { postTypesTest } from './routes/post-types-test.ts'
import { postTypesTry } from './routes/post-types-try.ts'
import { Streams } from './stream/streams.ts'

/** Everything below /api/v1, in the order of the documentation. */
export function registerApiRoutes(api: Api, parts: ApiParts): void {
  const streams = new Streams(parts)
  // Before the server waits for open connections to end, because streams do not end by themselves.
  api.addHook('preClose', async () => streams.close())
  // What one person may see must not stay in anybody's cache.
  api.addHook('onRequest', async (_request, reply) => {
    void reply.header('cache-control', 'no-store')
  })

  api.addHook('preValidation', refuseNul)

  for (const register of apiRoutes) register(api, parts)
  getStream(api, { streams })
  getContractorStream(api, { streams })
}

const apiRoutes: readonly ((api: Api, parts: ApiParts) => void)[] = [
  postSession,
  getSession,
  deleteSession,
  postPassword,
  getAlarms,
  getAlarm,
  getAlarmJournal,
  getAlarmWhy,
  postAlarmAcknowledge,
  postAlarmCommands,
  postAlarmShelve,
  postAlarmOutOfService,
  postAlarmComment,
  postAlarmCase,
  getMaintenanceWindows,
  postMaintenanceWindows,
  postMaintenancePreview,
  deleteMaintenanceWindow,
  getKpis,
  getKpisCsv,
  getDesks,
  getDeskDeliveries,
  postDeskTest,
  postChannelEnable,
  getCases,
  getCase,
  getCaseDuplicates,
  getCaseRemaining,
  getCaseChoices,
  getCaseTemplates,
  getLetterProblems,
  getTemplates,
  getTemplatesBeforehand,
  registerReviews,
  postCaseMove,
  postCase,
  postCaseFollowUp,
  postCaseForward,
  postCaseMerge,
  postCaseReroute,
  postCaseSay,
  postCaseUnmerge,
  postCaseErase,
  getCaseExport,
  getAbsences,
  postAbsences,
  deleteAbsence,
  postCaseAssign,
  getCaseShareReporter,
  postCaseShareReporter,
  getCaseOrders,
  postCaseOrders,
  postOrderMove,
  postOrderAmend,
  getContractorOrders,
  postContractorOrderMove,
  postContractorOrderPhotos,
  getContractorOrderPhoto,
  getContractorCases,
  getContractorCase,
  postContractorCaseMove,
  postContractorCasePhotos,
  getContractorCasePhoto,
  postRoutesExplain,
  postRoutesDryRun,
  getAssets,
  getAsset,
  getAssetHistory,
  getReadingsExport,
  getIngestProblems,
  getQuarantine,
  getQuarantined,
  postQuarantineReplay,
  getConnections,
  getInbox,
  postInboxDismiss,
  getTypes,
  postTypesCheck,
  postTypesTest,
  postTypesTry,
  postTypesApply,
  postTypesRollback,
  getRules,
  getRule,
  getRuleWhyNot,
  postRulesCheck,
  postRulesTest,
  postRulesBacktest,
  postRulesSweep,
  postRulesPublish,
  postReport,
  getStatistics,
  getCasesFile,
  registerNotices,
  getNoticeProposals,
  getPublicNotices,
  getSuggestions,
  getPlannedWork,
]

/** What the machine's keepers and their tools ask for, at the root. */
export function registerServiceRoutes(api: Api, parts: ApiParts): void {
  getRoot(api)
  getOpenapi(api)
  registerStatusRoutes(api, parts)
}

/** What every process says of itself, also one that serves nobody. */
export type StatusParts = Pick<
  ApiParts,
  'version' | 'readiness' | 'metrics' | 'metricsFrom'
>

export function registerStatusRoutes(api: Api, parts: StatusParts): void {
  for (const register of statusRoutes) register(api, parts)
}

const statusRoutes: readonly ((api: Api, parts: StatusParts) => void)[] = [
  getHealth,
  getReadiness,
  getVersion,
  getMetrics,
]
