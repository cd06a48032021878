/** Which partitions of the log cannot be read just now: what makes the gateway unready. */

import type { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Logger } from 'pino'

export interface LogReading {
  reads(topic: string, partition: number): void
  fails(topic: string, partition: number, error: TocsinError): void
  /** One line for each that fails. */
  failing(): string[]
}

export function createLogReading(logger: Logger): LogReading {
  const failing = new Map<string, string>()
  return {
    reads: (topic, partition) => void failing.delete(`${topic} ${partition}`),
    fails(topic, partition, error) {
      const name = `${topic} ${partition}`
      if (!failing.has(name)) logger.error({ err: error, topic, partition }, 'the log cannot be read')
      failing.set(name, error.message)
    },
    failing: () => [...failing].map(([name, message]) => `${name}: ${message}`),
  }
}
