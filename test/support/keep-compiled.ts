import { flushCompileCache } from 'node:module'
import { afterAll } from 'vitest'

// A worker is ended by a signal, which would lose what it has compiled.
afterAll(() => flushCompileCache())
