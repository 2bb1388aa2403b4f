import type { Job, Outcome, Program } from './program.ts'

/** Jobs for the worker, in order; each names its program by its place in the list. */
export interface ToWorker {
  readonly programs: readonly Program[]
  readonly jobs: readonly { readonly program: number; readonly job: Job }[]
}

/** `ready` once the interpreter is loaded; then one answer to every list of jobs, in order. */
export type FromWorker = 'ready' | readonly Outcome[]
