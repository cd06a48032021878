/** Writes a broadcast's intent as a dispatcher would, for the gateway's tests. */

import { messageId, type MessageId, type MessageKey } from '@tocsin/core/domain/broadcast.ts'
import type { AlarmId, SiteId } from '@tocsin/core/domain/ids.ts'
import { topics, type EventLog } from '@tocsin/core/ports/event-log.ts'
import { encodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'

export async function broadcastIntent(
  log: EventLog,
  { alarm, site, by }: { readonly alarm: AlarmId; readonly site: SiteId; readonly by: string | null },
): Promise<{ readonly id: MessageId; readonly key: MessageKey }> {
  const platform = 'platform-1'
  const key: MessageKey = { alarm, type: 'warning', revision: 1 }
  const base = { platform, at: Date.now(), claim: 'd1' }
  const records = [
    { kind: 'claim', ...base, head: { n: 0, hash: '0'.repeat(64) } },
    {
      kind: 'intent',
      ...base,
      message: key,
      day: '20260614',
      source: '0'.repeat(23),
      approval: 'needed',
      by,
      body: {
        site,
        severity: 'red',
        title: `${site} 预警`,
        text: `${site} 氯气泄漏`,
        eventType: '12D02',
        areas: [{ area: '999901001001', name: `${site} 村`, people: 200, terminals: 4 }],
        start: base.at,
        end: base.at + 600_000,
        related: [],
      },
    },
  ] as const
  await log.append(
    topics.broadcastLog,
    records.map((record) => ({ key: platform, value: encodeBroadcastRecord(record) })),
  )
  return { id: messageId(key), key }
}
