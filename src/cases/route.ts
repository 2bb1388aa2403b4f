import { createCalendar } from '../calendar/calendar.ts'
import type { TimeUs } from '../domain/time.ts'
import { compileRoutes } from '../routing/compile.ts'
import type {
  CompiledRoutes,
  Routable,
  RouteCatalogue,
  Routing,
} from '../routing/routing.ts'

/** Where civil time is known too; without it times of the week are UTC's, and no day is a holiday. */
interface WithTime {
  readonly zone?: string
  readonly rules?: { readonly holidays?: string }
}

// A version of the configuration is loaded once and never changed.
const compiled = new WeakMap<object, CompiledRoutes>()

/** The routes of a configuration, made ready when they are first asked for. */
export function routesOf(catalogue: RouteCatalogue & WithTime): CompiledRoutes {
  const known = compiled.get(catalogue)
  if (known !== undefined) return known
  const calendar = createCalendar(catalogue.zone ?? 'UTC', catalogue.rules?.holidays)
  const made = compileRoutes(catalogue, calendar)
  compiled.set(catalogue, made)
  return made
}

/** Who gets a case at `at`; see `compileRoutes`. */
export function chooseUnit(
  catalogue: RouteCatalogue & WithTime,
  about: Routable,
  at: TimeUs,
): Routing {
  return routesOf(catalogue).route(about, at)
}
