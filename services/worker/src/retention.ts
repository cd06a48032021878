/** Old readings leave the history; the journal never is pruned. */

import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { History } from '@tocsin/core/ports/history.ts'
import type { Logger } from 'pino'

const EVERY = 3_600_000

export interface RetentionDeps {
  readonly history: Pick<History, 'prune'>
  readonly clock: Clock
  readonly logger: Logger
  /** How long readings are kept, ms. */
  readonly keepMs: number
}

/** Prunes now and every hour. @returns what ends it */
export function startRetention({ history, clock, logger, keepMs }: RetentionDeps): () => void {
  const prune = (): void => {
    history.prune(clock.wall() - keepMs).catch((error: unknown) => logger.warn({ err: error }, 'history is not pruned'))
  }
  prune()
  const timer = setInterval(prune, EVERY)
  return () => clearInterval(timer)
}
