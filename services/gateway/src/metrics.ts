/** The gateway's numbers for Prometheus, in a registry of its own for each gateway of a process. */

import { severities } from '@tocsin/core/domain/severity.ts'
import { Counter, Gauge, Registry } from 'prom-client'
import type { GatewayStatus } from './health.ts'
import type { JournalView } from './view/journal-view.ts'

export interface MetricsDeps {
  readonly status: () => GatewayStatus
  readonly journal: JournalView
  readonly clients: () => number
  readonly slow: () => number
}

/** Every number is read when it is asked for. */
export function createMetrics({ status, journal, clients, slow }: MetricsDeps): Registry {
  const registry = new Registry()
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number): void => {
    const metric: Gauge = new Gauge({ name, help, registers, collect: () => metric.set(read()) })
  }
  const counter = (name: string, help: string, read: () => number): void => {
    const metric: Counter = new Counter({
      name,
      help,
      registers,
      collect() {
        metric.reset()
        metric.inc(read())
      },
    })
  }
  gauge('tocsin_ready', '1 when /readyz answers 200', () => (status().ready ? 1 : 0))
  counter('tocsin_readings_total', 'Readings seen in site-log since the start', () => status().readings)
  counter('tocsin_rejected_total', 'Messages that intake could not take', () => status().rejected)
  gauge('tocsin_engine_lag_seconds', "This machine's clock less the engine's newest mark, oldest partition", () => {
    const lag = status().engineLagMs
    return lag === null ? Number.NaN : lag / 1000
  })
  gauge('tocsin_engine_silent_seconds', 'Time since the engine last moved on', () => journal.light.silentFor() / 1000)
  gauge('tocsin_feed_clients', 'Open feeds', clients)
  counter('tocsin_feed_slow_total', 'Feeds closed because the client read too slowly', slow)

  const open: Gauge<'severity' | 'acknowledged'> = new Gauge({
    name: 'tocsin_alarms_open',
    help: 'Open alarms by colour and by whether they are acknowledged',
    labelNames: ['severity', 'acknowledged'] as const,
    registers,
    collect() {
      open.reset()
      for (const severity of [...severities, 'none']) {
        for (const acknowledged of ['yes', 'no']) open.set({ severity, acknowledged }, 0)
      }
      for (const alarm of journal.alarms.values()) {
        open.inc({ severity: alarm.severity ?? 'none', acknowledged: alarm.acknowledged ? 'yes' : 'no' })
      }
    },
  })
  const raised: Counter<'severity'> = new Counter({
    name: 'tocsin_alarms_raised_total',
    help: 'Alarms that reached a colour, by raise or escalation, over the whole journal',
    labelNames: ['severity'] as const,
    registers,
    collect() {
      raised.reset()
      for (const severity of severities) raised.inc({ severity }, journal.raised[severity])
    },
  })
  const broadcasts: Gauge<'state'> = new Gauge({
    name: 'tocsin_broadcasts',
    help: 'Broadcast messages by state',
    labelNames: ['state'] as const,
    registers,
    collect() {
      broadcasts.reset()
      for (const [state, count] of Object.entries(status().broadcasts)) broadcasts.set({ state }, count)
    },
  })
  const lag: Gauge<'partition'> = new Gauge({
    name: 'tocsin_journal_lag_records',
    help: "Records of alarm-events between the gateway's view and the log's end",
    labelNames: ['partition'] as const,
    registers,
    collect() {
      for (const [partition, records] of journal.lag().entries()) lag.set({ partition: `${partition}` }, records)
    },
  })
  return registry
}
