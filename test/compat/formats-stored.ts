/** The formats of what is stored: site-log, alarm-events, base, broadcast-log, rejected, contents. */

import { createHash } from 'node:crypto'
import { readRulesContent, readSiteContent, rulesContent, siteContent } from '@tocsin/config/content.ts'
import type { EventContent, EventKind } from '@tocsin/core/domain/alarm-event.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { RejectedRecord } from '@tocsin/core/domain/rejected.ts'
import { ok } from '@tocsin/core/domain/result.ts'
import type { RuleSet } from '@tocsin/core/domain/rule.ts'
import type { CommandRecord, SiteRecord } from '@tocsin/core/domain/site-record.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import { decodeBaseRecord, encodeBaseRecord } from '@tocsin/wire/base-record-v1.ts'
import { decodeBroadcastRecord, encodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { decodeJournalRecord, encodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { decodeRejectedRecord, encodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { decodeSiteRecord, encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { firstOfEach, type Format, format } from './format.ts'
import { must, runPartition } from './run-story.ts'
import { tellBroadcasts } from './story-broadcasts.ts'
import { contents, START, tellStory } from './story.ts'

const story = tellStory()
const runs = story.map((records, partition) => runPartition(partition, records))

type SiteKind = Exclude<SiteRecord['kind'], 'command'> | 'readings:qualities' | `command:${CommandRecord['command']}`
type JournalKind = Exclude<JournalRecord['kind'], 'event'> | `event:${EventKind}` | 'event:corrected:closed'

function siteKind(record: SiteRecord): SiteKind {
  if (record.kind === 'command') return `command:${record.command}`
  if (record.kind !== 'readings') return record.kind
  return record.qualities.every((quality) => quality === 'good') ? 'readings' : 'readings:qualities'
}

function journalKind(record: JournalRecord): JournalKind {
  if (record.kind !== 'event') return record.kind
  const { content } = record.event
  return content.kind === 'corrected' && content.state === 'closed' ? 'event:corrected:closed' : `event:${content.kind}`
}

const siteLog = format<SiteKind, SiteRecord>({
  name: 'site-log-v1',
  kinds: {
    readings: true,
    'readings:qualities': true,
    tick: true,
    link: true,
    blind: true,
    config: true,
    'command:acknowledge': true,
    'command:unacknowledge': true,
    'command:comment': true,
  },
  samples: () => firstOfEach(story.flat(), siteKind),
  encode: encodeSiteRecord,
  decode: decodeSiteRecord,
})

/** What only a change of the engine's version gives (R6), so no story of one version. */
function corrections(): JournalRecord[] {
  const raised = runs
    .flatMap(({ journal }) => journal)
    .find((record) => record.kind === 'event' && record.event.content.kind === 'raised')
  if (raised?.kind !== 'event' || raised.event.content.kind !== 'raised') throw new Error('the story raises nothing')
  const { kind: _kind, lag: _lag, detail: _detail, ...opening } = raised.event.content
  const corrected: EventContent[] = [
    { kind: 'corrected', state: 'open', engine: 2, ...opening },
    { kind: 'corrected', state: 'closed', engine: 2, alarm: opening.alarm },
  ]
  return corrected.map((content) => ({ ...raised, event: { ...raised.event, content } }))
}

const alarmEvents = format<JournalKind, JournalRecord>({
  name: 'alarm-events-v1',
  kinds: {
    claim: true,
    start: true,
    mark: true,
    base: true,
    'event:raised': true,
    'event:escalated': true,
    'event:de-escalated': true,
    'event:cleared': true,
    'event:late': true,
    'event:acknowledged': true,
    'event:unacknowledged': true,
    'event:commented': true,
    'event:refused': true,
    'event:stale': true,
    'event:fresh': true,
    'event:withdrawn': true,
    'event:superseded': true,
    'event:configured': true,
    'event:corrected': true,
    'event:corrected:closed': true,
  },
  samples: () => {
    const start: JournalRecord = {
      kind: 'start',
      claim: 'claim-2',
      offset: 9,
      sites: { 'cx-north': 'base', qilichong: { claim: 'claim-1', offset: 12 } },
    }
    return [
      ...firstOfEach([...runs.flatMap(({ journal }) => journal), ...corrections()], journalKind),
      ['start', start],
    ]
  },
  encode: encodeJournalRecord,
  decode: decodeJournalRecord,
})

const base = format({
  name: 'base-v1',
  kinds: { site: true, whole: true },
  samples: () => runs.flatMap((run) => firstOfEach(run.base, ({ kind }) => kind)),
  encode: encodeBaseRecord,
  decode: decodeBaseRecord,
})

const broadcastLog = format({
  name: 'broadcast-log-v1',
  kinds: {
    claim: true,
    request: true,
    intent: true,
    approve: true,
    reject: true,
    stop: true,
    lapse: true,
    sending: true,
    outcome: true,
    receipt: true,
    expiry: true,
    close: true,
    fault: true,
  },
  samples: () => tellBroadcasts().records.map((record) => [record.kind, record] as const),
  encode: encodeBroadcastRecord,
  decode: decodeBroadcastRecord,
})

const payload = Buffer.from('{"v":1,"boot":"b7f3","seq":7,"readings":[{"tag":"GT-999","t":1781374512000,"value":1}]}')

/** A message with a tag that the registry does not know. */
export const rejectedRecord: RejectedRecord = {
  enterprise: 'chengxi-chem',
  gateway: 'cx-gw-1',
  site: 'cx-north',
  client: 'cx-gw-1',
  topic: 'tocsin/v1/chengxi-chem/cx-north/readings',
  received: START,
  rejections: [{ code: 'unknown-sensor', field: 'readings[0].tag', detail: 'cx-north has no GT-999' }],
  length: payload.length,
  sha256: createHash('sha256').update(payload).digest('hex'),
  payload,
}

const rejected = format({
  name: 'rejected-v1',
  kinds: { rejected: true },
  samples: () => [['rejected', rejectedRecord] as const],
  encode: encodeRejectedRecord,
  decode: decodeRejectedRecord,
})

type Content = { readonly site: SiteConfig } | { readonly rules: RuleSet }

const content = format<'site' | 'rules', Content>({
  name: 'content-v1',
  kinds: { site: true, rules: true },
  samples: () => [
    ['site', { site: must(readSiteContent(contents.plant)) }],
    ['rules', { rules: must(readRulesContent(contents.rules)) }],
  ],
  encode: (value) => Buffer.from('site' in value ? siteContent(value.site) : rulesContent(value.rules)),
  decode: (bytes, kind) => {
    const text = Buffer.from(bytes).toString()
    if (kind === 'site') {
      const site = readSiteContent(text)
      return site.ok ? ok({ site: site.value }) : site
    }
    const rules = readRulesContent(text)
    return rules.ok ? ok({ rules: rules.value }) : rules
  },
})

export const storedFormats: readonly Format[] = [siteLog, alarmEvents, base, broadcastLog, rejected, content]
