import { fastify, type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Problem } from '../../domain/problem.ts'
import { replyProblem } from '../problem-reply.ts'
import { absencesAdd, absencesEnd, absencesList } from './absences.ts'
import { applyUploaded, importAssets } from './configuration.ts'
import { rulesBacktest, rulesSweep } from './backtests.ts'
import { caseRoutesDryRun, caseRoutesExplain } from './case-routes.ts'
import {
  issueConnectionToken,
  listConnectionTokens,
  revokeConnectionToken,
} from './connection-tokens.ts'
import { connectionList, connectionShow } from './connections.ts'
import { deliveriesStatus, drop, hold, release } from './deliveries.ts'
import { channelsEnable, desksList, desksTest } from './desks.ts'
import { issueCredential } from './devices.ts'
import { exportReadings } from './export.ts'
import { inboxDismiss, inboxList, inboxShow } from './inbox.ts'
import { kpis } from './kpis.ts'
import { logStatus } from './log.ts'
import { open311Forward } from './open311-forward.ts'
import type { LocalParts } from './parts.ts'
import { init, resetAdmin } from './people.ts'
import {
  addOpen311Client,
  listOpen311Clients,
  revokeOpen311Client,
} from './open311-clients.ts'
import {
  privacyApply,
  privacyErase,
  privacyExport,
  privacyFind,
  privacyHold,
  privacyHolds,
  privacyLedger,
  privacyPreview,
  privacyRelease,
  privacyRun,
} from './privacy.ts'
import { quarantineList, quarantineReplay, quarantineShow } from './quarantine.ts'
import { importReadings } from './readings.ts'
import { replay } from './replay.ts'
import { rulesCheck, rulesExplain, rulesList, rulesPublish, rulesTest } from './rules.ts'
import { injectFaults } from './town.ts'
import { typesApply, typesList, typesRollBack, typesTry } from './types.ts'

type Command = (parts: LocalParts, input: unknown) => Promise<unknown>

const commands: Readonly<Record<string, Command>> = {
  '/status': async ({ configurations }) => ({
    organisations: await configurations.organisations(),
  }),
  '/init': init,
  '/admin-reset': resetAdmin,
  '/apply': applyUploaded,
  '/import-assets': importAssets,
  '/import-readings': importReadings,
  '/device-credential': issueCredential,
  '/town-faults': injectFaults,
  '/quarantine-list': quarantineList,
  '/quarantine-show': quarantineShow,
  '/quarantine-replay': quarantineReplay,
  '/log-status': logStatus,
  '/replay': replay,
  '/deliveries-status': deliveriesStatus,
  '/deliveries-hold': hold,
  '/deliveries-release': release,
  '/deliveries-drop': drop,
  '/kpis': kpis,
  '/desks-list': desksList,
  '/desks-test': desksTest,
  '/channels-enable': channelsEnable,
  '/inbox-list': inboxList,
  '/inbox-show': inboxShow,
  '/inbox-dismiss': inboxDismiss,
  '/connections-list': connectionList,
  '/connections-show': connectionShow,
  '/connection-tokens-issue': issueConnectionToken,
  '/connection-tokens-list': listConnectionTokens,
  '/connection-tokens-revoke': revokeConnectionToken,
  '/types-list': typesList,
  '/types-try': typesTry,
  '/types-apply': typesApply,
  '/types-rollback': typesRollBack,
  '/case-routes-explain': caseRoutesExplain,
  '/case-routes-dry-run': caseRoutesDryRun,
  '/absences-list': absencesList,
  '/absences-add': absencesAdd,
  '/absences-end': absencesEnd,
  '/open311-client-add': addOpen311Client,
  '/open311-client-list': listOpen311Clients,
  '/open311-client-revoke': revokeOpen311Client,
  '/open311-forward': open311Forward,
  '/privacy-preview': privacyPreview,
  '/privacy-run': privacyRun,
  '/privacy-hold': privacyHold,
  '/privacy-release': privacyRelease,
  '/privacy-holds': privacyHolds,
  '/privacy-erase': privacyErase,
  '/privacy-export': privacyExport,
  '/privacy-find': privacyFind,
  '/privacy-ledger': privacyLedger,
  '/privacy-apply': privacyApply,
  '/rules-list': rulesList,
  '/rules-check': rulesCheck,
  '/rules-test': rulesTest,
  '/rules-explain': rulesExplain,
  '/rules-publish': rulesPublish,
}

/** Imports and configurations are large, and only the machine's own people send them. */
const bodyLimit = 64 * 1024 * 1024

/**
 * The commands of the machine itself. Served on a socket file that only the service's owner can
 * open, or called in the process; never on a network.
 */
export async function createLocalServer(parts: LocalParts): Promise<FastifyInstance> {
  const server = fastify({ bodyLimit, requestTimeout: 600_000 })
  server.setErrorHandler((error, request, reply) => {
    replyProblem(asProblem(error), request, reply)
  })
  for (const [path, command] of Object.entries(commands)) {
    server.post(path, async (request) => command(parts, request.body))
  }
  server.post('/rules-backtest', async (request, reply) =>
    rulesBacktest(parts, request.body, reply),
  )
  server.post('/rules-sweep', async (request, reply) =>
    rulesSweep(parts, request.body, reply),
  )
  server.post('/export-readings', async (request, reply) =>
    exportReadings(parts, request.body, reply),
  )
  await server.ready()
  return server
}

/** A command's input that does not fit is the caller's mistake, named field by field. */
function asProblem(error: unknown): unknown {
  if (!(error instanceof z.ZodError)) return error
  const fields = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return new Problem(
    {
      kind: 'invalid',
      what: 'the input does not fit',
      why: fields.slice(0, 20).join('; '),
    },
    { cause: error },
  )
}
