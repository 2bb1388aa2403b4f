import type { OrganisationId } from '../domain/ids.ts'
import type { ActiveRules, Detector, DetectorSnapshot } from './detector.ts'
import { Engine } from './detector-engine.ts'
import { isReadable } from './pages.ts'

/** A detector that has no rules yet; its first activation brings them. */
export function createDetector(organisation: OrganisationId): Detector {
  return new Engine(organisation)
}

/**
 * A detector that goes on where the snapshot was taken. `rules` are those of the snapshot's
 * configuration version. Undefined when another engine took the snapshot or under another version:
 * then the state is rebuilt from the log. Throws when the snapshot is damaged.
 */
export function restoreDetector(
  snapshot: DetectorSnapshot,
  rules: ActiveRules,
): Detector | undefined {
  if (!isReadable(snapshot.engine)) return undefined
  if (snapshot.configurationVersion !== rules.version) return undefined
  const engine = new Engine(rules.organisation)
  engine.restore(snapshot, rules)
  return engine
}
