/** Whether the gateway is ready, and the few numbers that tell how the system does (no login: aggregates only). */

import type { MessageState } from '@tocsin/core/domain/broadcast.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { Commands } from './commands.ts'
import type { LogReading } from './log-reading.ts'
import type { Messages } from './messages.ts'
import type { Rejections } from './rejections.ts'
import { ENGINE_OFF, ENGINE_SILENT } from './system-state.ts'
import type { Values } from './values.ts'
import type { JournalView } from './view/journal-view.ts'

export interface Reason {
  readonly code: 'starting' | 'engine-silent' | 'engine-ahead' | 'log-unavailable'
  readonly detail: string
}

export interface GatewayStatus {
  readonly ready: boolean
  readonly reasons: readonly Reason[]
  /** Since this process started. */
  readonly readings: number
  /** Over the whole log. */
  readonly rejected: number
  /** Alarms that reached the colour, by raise or escalation, over the whole journal. */
  readonly raised: { readonly red: number; readonly orange: number; readonly yellow: number; readonly blue: number }
  readonly broadcasts: Readonly<Partial<Record<MessageState, number>>>
  /** This machine's clock less the engine's, below 0 where the engine is ahead; null before the first mark. */
  readonly engineLagMs: Millis | null
}

export interface HealthDeps {
  readonly journal: JournalView
  readonly messages: Messages
  readonly values: Values
  readonly rejections: Rejections
  readonly commands: Commands
  readonly reading: LogReading
  readonly clock: Clock
}

export function createStatus(deps: HealthDeps): () => GatewayStatus {
  const { journal, messages, values, rejections, clock } = deps
  return () => {
    const reasons = reasonsOf(deps)
    const oldest = journal.light.oldest()
    const broadcasts: Partial<Record<MessageState, number>> = {}
    for (const { state } of messages.all()) broadcasts[state] = (broadcasts[state] ?? 0) + 1
    return {
      ready: reasons.length === 0,
      reasons,
      readings: values.readings(),
      rejected: rejections.total(),
      raised: { ...journal.raised },
      broadcasts,
      engineLagMs: oldest === null ? null : clock.wall() - oldest,
    }
  }
}

function reasonsOf({ journal, messages, commands, reading, clock }: HealthDeps): Reason[] {
  const reasons: Reason[] = []
  if (!journal.caughtUp() || !messages.caughtUp()) {
    reasons.push({ code: 'starting', detail: `${journal.lag().join(', ')} records behind` })
  }
  const { light } = journal
  if (light.moves() === 0) reasons.push({ code: 'engine-silent', detail: 'no progress mark since the start' })
  else if (light.silentFor() > ENGINE_SILENT) {
    reasons.push({ code: 'engine-silent', detail: `no progress mark for ${Math.round(light.silentFor() / 1000)} s` })
  }
  const ahead = (light.oldest() ?? -Infinity) - clock.wall()
  if (ahead > ENGINE_OFF) {
    reasons.push({
      code: 'engine-ahead',
      detail: `the engine's clock is ${Math.round(ahead / 1000)} s ahead of this machine's`,
    })
  }
  for (const detail of reading.failing()) reasons.push({ code: 'log-unavailable', detail })
  const failing = commands.failing()
  if (failing !== null) reasons.push({ code: 'log-unavailable', detail: failing })
  return reasons
}
