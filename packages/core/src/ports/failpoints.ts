/** Named places where a test may stop, delay or kill the process (X2); in production each is a call that does nothing. */

/** Closed list; docs/decisions/failpoints says where each stands. */
export type Failpoint =
  | 'ingest.before-append'
  | 'ingest.after-append'
  | 'log.before-commit'
  | 'log.after-commit'
  | 'worker.before-claim'
  | 'worker.after-claim'
  | 'worker.before-events'
  | 'worker.after-events'
  | 'worker.before-mark'
  | 'worker.before-checkpoint'
  | 'worker.after-checkpoint'
  | 'worker.before-base'
  | 'broadcast.before-sending'
  | 'broadcast.after-sending'
  | 'broadcast.after-send'
  | 'history.before-flush'

export interface Failpoints {
  /** Called at the named place; may throw, never resolve, or end the process. */
  hit(name: Failpoint): Promise<void> | void
}

export const noFailpoints: Failpoints = { hit: () => undefined }
