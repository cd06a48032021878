/** The worker stage: of each partition the engine and the recorder. */

import { randomUUID } from 'node:crypto'
import type { CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'
import type { EventLog, Follower } from '@tocsin/core/ports/event-log.ts'
import { type Failpoints, noFailpoints } from '@tocsin/core/ports/failpoints.ts'
import type { History } from '@tocsin/core/ports/history.ts'
import type { Logger } from 'pino'
import { type CheckpointPolicy, defaultPolicy } from './checkpointer.ts'
import { Contents } from './contents.ts'
import { PartitionWorker, type Progress } from './partition.ts'
import { startRecorder } from './recorder.ts'
import { startRetention } from './retention.ts'

export interface WorkerDeps {
  readonly log: EventLog
  readonly checkpoints: CheckpointStore
  readonly contents: ContentStore
  readonly history: History
  readonly logger: Logger
  readonly failpoints?: Failpoints
  readonly policy?: Partial<CheckpointPolicy>
  /** Absent: readings are kept for ever. */
  readonly retention?: { readonly clock: Clock; readonly keepMs: number }
  /** Normally the engine's own; a test of R3 and R6 says otherwise. */
  readonly engineVersion?: number
  /** What `stop` waits for the log to take what is queued; default 5,000 ms. */
  readonly drainMs?: number
}

export interface Worker {
  /** Newest progress of each partition. */
  progress(): readonly Progress[]
  /** Partitions that could not be taken over, with why. */
  faults(): readonly { readonly partition: number; readonly error: unknown }[]
  stop(): Promise<void>
}

/** Takes every partition of the log over and runs it; rejects when one cannot be taken, with the others stopped. */
export async function composeWorker(deps: WorkerDeps): Promise<Worker> {
  const { log, checkpoints, history, failpoints = noFailpoints } = deps
  const logger = deps.logger.child({ stage: 'worker' })
  const progress = new Map<number, Progress>()
  const faults = new Map<number, unknown>()
  const contents = new Contents(deps.contents)
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition)
  const workers = partitions.map(
    (partition) =>
      new PartitionWorker(
        {
          log,
          checkpoints,
          contents,
          failpoints,
          logger,
          newClaim: randomUUID,
          policy: { ...defaultPolicy, ...deps.policy },
          retryMs: 200,
          drainMs: deps.drainMs ?? 5_000,
          ...(deps.engineVersion === undefined ? {} : { engineVersion: deps.engineVersion }),
          onProgress: (p) => {
            progress.set(p.partition, p)
            faults.delete(p.partition)
          },
          onFault: (p, error) => faults.set(p, error),
        },
        partition,
      ),
  )
  const recorders: Follower[] = []
  const stopAll = async (): Promise<void> => {
    await Promise.all([...workers, ...recorders].map((part) => part.stop()))
  }
  try {
    await allDone(workers.map((worker) => worker.start()))
    await allDone(partitions.map(async (p) => recorders.push(await startRecorder({ log, history, logger }, p))))
  } catch (error) {
    await stopAll()
    throw error
  }
  const endRetention = deps.retention ? startRetention({ history, logger, ...deps.retention }) : () => undefined
  return {
    progress: () => [...progress.values()],
    faults: () => [...faults].map(([partition, error]) => ({ partition, error })),
    stop: async () => {
      endRetention()
      await stopAll()
      await history.flush()
    },
  }
}

/** Waits for every one, also when one has failed: what has begun by then can be stopped. */
async function allDone(begun: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(begun)
  await Promise.all(begun)
}
