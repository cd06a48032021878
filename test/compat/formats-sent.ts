/** The formats of what is sent: MQTT contract v1, the officers' feed v1, packets of the emergency broadcast system. */

import { canonical } from '@tocsin/core/domain/canonical.ts'
import type { ClientFrame, FeedFrame, Session, SystemState } from '@tocsin/core/domain/feed.ts'
import { ok } from '@tocsin/core/domain/result.ts'
import type { Detail } from '@tocsin/wire/ebm/detail.ts'
import { heartbeatId, villageAdapter } from '@tocsin/wire/ebm/ids.ts'
import { decodeMultipart } from '@tocsin/wire/ebm/multipart.ts'
import { plainRules, postPacket, unpackPacket } from '@tocsin/wire/ebm/package.ts'
import { type Packet, readPacket, writePacket } from '@tocsin/wire/ebm/packet.ts'
import { decodeClientFrame, decodeFeedFrame, encodeClientFrame, encodeFeedFrame } from '@tocsin/wire/feed-v1.ts'
import { decodeErrorMessage, encodeErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import { decodeReadingsMessage, encodeReadingsMessage, type ReadingsIntake } from '@tocsin/wire/mqtt-readings-v1.ts'
import { decodeStatus, encodeStatus, type GatewayStatus } from '@tocsin/wire/mqtt-status-v1.ts'
import { errorsTopic, parseTopic, readingsTopic, statusTopic, type Topic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { type AlarmTable, applyEvent } from '@tocsin/core/domain/alarm-view.ts'
import { firstOfEach, type Format, format } from './format.ts'
import { runPartition } from './run-story.ts'
import { tellBroadcasts } from './story-broadcasts.ts'
import { START, tellStory } from './story.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

/** JSON whose fields may stand in any order, in the canonical one. */
const unordered = (json: string): Uint8Array => Buffer.from(canonical(JSON.parse(json)))

const mqttTopics = format<Topic['kind'], Topic>({
  name: 'mqtt-topics-v1',
  kinds: { readings: true, status: true, errors: true },
  samples: () => [
    ['readings', { kind: 'readings', enterprise: 'chengxi-chem', site: 'cx-north' }],
    ['status', { kind: 'status', enterprise: 'chengxi-chem', gateway: 'cx-gw-1' }],
    ['errors', { kind: 'errors', enterprise: 'chengxi-chem', gateway: 'cx-gw-1' }],
  ],
  encode: (topic) => Buffer.from(topicText(topic)),
  decode: (bytes) => parseTopic(text(bytes)),
})

function topicText(topic: Topic): string {
  if (topic.kind === 'readings') return readingsTopic(topic.enterprise, topic.site)
  return topic.kind === 'status'
    ? statusTopic(topic.enterprise, topic.gateway)
    : errorsTopic(topic.enterprise, topic.gateway)
}

const mqttReadings = format<'batch' | 'single' | 'faulty', ReadingsIntake>({
  name: 'mqtt-readings-v1',
  kinds: { batch: true, single: true, faulty: true },
  samples: () => [
    [
      'batch',
      {
        boot: 'b7f3',
        seq: 1024,
        batch: true,
        rejections: [],
        readings: [
          { tag: 'GT-101', t: START, value: 2.4, quality: 'good' },
          { tag: 'XV-201', t: START - 500, value: 1, quality: 'maintenance' },
        ],
      },
    ],
  ],
  encode: ({ boot, seq, readings, rejections, batch }) => {
    if (!batch || rejections.length > 0) return null
    return encodeReadingsMessage({ boot: boot ?? '', seq: seq ?? 0, readings: readings.filter((r) => r !== null) })
  },
  decode: (bytes) => ok(decodeReadingsMessage(bytes)),
  written: {
    single: '{"v":1,"boot":"b7f3","seq":1025,"tag":"GT-101","t":1781374512000,"value":2.4,"q":"over-range"}',
    faulty:
      '{"v":1,"boot":"b7f3","seq":1026,"readings":[{"tag":"GT-101","t":1781374512000,"value":NaN},' +
      '{"tag":"GT-102","t":"now","value":1},{"tag":"GT-102","t":1781374512000,"value":0.1,"q":"fine"},' +
      '{"tag":"GT-102","t":1781374512000,"value":0.1}]}',
  },
})

const mqttStatus = format<GatewayStatus['state'], GatewayStatus>({
  name: 'mqtt-status-v1',
  kinds: { online: true, offline: true },
  samples: () => [
    ['online', { state: 'online' }],
    ['offline', { state: 'offline' }],
  ],
  encode: encodeStatus,
  decode: decodeStatus,
})

const mqttError = format({
  name: 'mqtt-error-v1',
  kinds: { error: true },
  samples: () => [
    [
      'error' as const,
      {
        received: START,
        topic: 'tocsin/v1/chengxi-chem/cx-north/readings',
        boot: 'b7f3',
        seq: 1026,
        rejections: [{ code: 'not-finite' as const, field: 'readings[0].value', detail: 'a finite number expected' }],
      },
    ],
  ],
  encode: encodeErrorMessage,
  decode: decodeErrorMessage,
})

const session: Session = {
  user: 'u-duty-1',
  name: '值班一',
  role: 'officer',
  scope: { areas: ['9999'], enterprises: [] },
}
const system: SystemState = {
  engineNow: START,
  blindSensors: 3,
  blindSites: 1,
  sensors: 6,
  insecure: ['mqtt://0.0.0.0:1883'],
  faults: [{ code: 'engine-behind', detail: '31 s' }],
  rejectedLastHour: 1,
}

const feedServer = format<FeedFrame['type'], FeedFrame>({
  name: 'feed-server-v1',
  kinds: { snapshot: true, resumed: true, events: true, messages: true, progress: true, values: true },
  samples: () => {
    const { events } = runPartition(0, tellStory()[0] ?? [])
    const { messages } = tellBroadcasts()
    const current = { cursor: 'eyJ2IjoxfQ', serverNow: START, system, registryVersion: 'f00d' }
    const value = {
      site: 'cx-north',
      sensor: 'cx-GT-101',
      t: START,
      value: 2.4,
      quality: 'good',
      received: START,
    } as const
    return [
      ['snapshot', { type: 'snapshot', v: 1, session, ...current, alarms: openAlarms(), messages }],
      ['resumed', { type: 'resumed', v: 1, session, ...current }],
      ['events', { type: 'events', cursor: 'eyJ2IjoxfQ', events: events.slice(0, 8) }],
      ['messages', { type: 'messages', cursor: 'eyJ2IjoxfQ', messages: messages.slice(0, 1) }],
      ['progress', { type: 'progress', ...current }],
      ['values', { type: 'values', values: [value] }],
    ]
  },
  encode: (frame) => unordered(encodeFeedFrame(frame)),
  decode: (bytes) => decodeFeedFrame(text(bytes)),
})

/** Of the moments at which something was noted on an alarm: acknowledged, stale, returned. */
function openAlarms() {
  const table: AlarmTable = new Map()
  const seen = tellStory().flatMap((records, partition) =>
    runPartition(partition, records).events.flatMap((event) => applyEvent(table, event) ?? []),
  )
  return firstOfEach(seen, (alarm) =>
    [
      alarm.active,
      alarm.acknowledged !== null,
      alarm.stale !== null,
      alarm.severity,
      alarm.detail !== undefined,
    ].join(),
  ).map(([, alarm]) => alarm)
}

const feedClient = format<ClientFrame['type'], ClientFrame>({
  name: 'feed-client-v1',
  kinds: { hello: true, watch: true },
  samples: () => [
    ['hello', { type: 'hello', v: 1, cursor: 'eyJ2IjoxfQ' }],
    ['hello', { type: 'hello', v: 1, cursor: null }],
    ['watch', { type: 'watch', sites: ['cx-north', 'qilichong'] }],
  ],
  encode: (frame) => unordered(encodeClientFrame(frame)),
  decode: (bytes) => decodeClientFrame(text(bytes)),
})

const source = '49999010000000103010101'
const ebmId = `${source}202606140001`
const details: Readonly<Record<Detail['type'], Detail>> = {
  EBM: {
    type: 'EBM',
    ebm: {
      ebmId,
      related: null,
      msgType: 1,
      senderName: '邵屏市应急管理局',
      senderCode: '49999010000000001010101',
      sendTime: START,
      eventType: '12D02',
      severity: 1,
      start: START,
      end: START + 1_800_000,
      title: '澄溪化工北厂氯气泄漏红色预警',
      text: '邵屏市应急管理局紧急通知：澄溪化工北厂发生氯气泄漏，现发布红色预警。',
      areas: ['999901101201', '999901101202'],
    },
  },
  EBMStateRequest: { type: 'EBMStateRequest', ebmId },
  EBMStateResponse: {
    type: 'EBMStateResponse',
    state: {
      at: START,
      ebmId,
      code: 2,
      description: '播发中',
      coverage: { rate: 0.5, areas: ['999901101201'], resources: [1, 1, 1, 12] },
      items: [
        {
          ebrId: villageAdapter('999901101201'),
          code: 3,
          description: '播发完成 12/12',
          start: START,
          end: START + 9_000,
        },
        { ebrId: villageAdapter('999901101202'), code: 2, description: '播发中 3/8', start: START, end: null },
      ],
    },
  },
  EBDResponse: { type: 'EBDResponse', code: 1, description: '接收成功' },
  ConnectionCheck: { type: 'ConnectionCheck', at: START },
}

function packets(): [Detail['type'], Packet][] {
  const ebdId = `10${source}0000000000000007`
  return Object.values(details).map((detail) => [
    detail.type,
    {
      ebdId: detail.type === 'ConnectionCheck' ? heartbeatId(source) : ebdId,
      source: { ebrId: source, url: 'http://127.0.0.1:8080/eb' },
      destination: '49999010000000314010101',
      at: START,
      related: detail.type.endsWith('Response') ? ebdId : null,
      detail,
    },
  ])
}

const kinds = {
  EBM: true,
  EBMStateRequest: true,
  EBMStateResponse: true,
  EBDResponse: true,
  ConnectionCheck: true,
} as const

const ebmFile = format<Detail['type'], Packet>({
  name: 'ebm-file-gdj-2018',
  kinds,
  samples: packets,
  encode: (packet) => Buffer.from(writePacket(packet)),
  decode: readPacket,
})

/** Content type, an empty line, the body of the POST: TAR in multipart. */
const ebmPost = format<Detail['type'], Packet>({
  name: 'ebm-post-gdj-2018',
  kinds,
  samples: packets,
  encode: async (packet) => {
    const { contentType, body } = await postPacket(packet)
    return Buffer.concat([Buffer.from(`${contentType}\n\n`), body])
  },
  decode: async (bytes) => {
    const head = Buffer.from(bytes).indexOf('\n\n')
    const part = decodeMultipart(text(bytes.subarray(0, head)), bytes.subarray(head + 2))
    if (!part.ok) return part
    return unpackPacket({ fileName: part.value.fileName, tar: part.value.bytes }, plainRules)
  },
})

export const sentFormats: readonly Format[] = [
  mqttTopics,
  mqttReadings,
  mqttStatus,
  mqttError,
  feedServer,
  feedClient,
  ebmFile,
  ebmPost,
]
