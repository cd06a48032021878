/** How an intent is written: its key, its day and all that the message will say (B3, B6). */

import type { BroadcastRecord, MessageBody, MessageKey, MessageType, TargetArea } from '../domain/broadcast.ts'
import { messageId } from '../domain/broadcast.ts'
import type { Millis } from '../domain/ids.ts'
import type { Severity } from '../domain/severity.ts'
import type { Site } from '../domain/site.ts'
import type { AlarmFact } from './alarm-facts.ts'
import { beijingDay } from './beijing.ts'
import type { Message } from './book.ts'
import { type Situation, stamp } from './situation.ts'
import { type SpokenRequest, speak } from './spoken-text.ts'

export type Intent = Extract<BroadcastRecord, { kind: 'intent' }>

/** The key of the next message of this kind: a further round where it was asked for before. */
function nextKey(s: Situation, key: MessageKey): MessageKey {
  let candidate = key
  for (let round = 1; s.book.messages.has(messageId(candidate)); round++) candidate = { ...key, round }
  return candidate
}

export interface Draft {
  readonly type: MessageType
  readonly spoken: SpokenRequest['kind']
  readonly severity: Severity
  readonly areas: readonly TargetArea[]
  /** UTC ms of the engine's clock. */
  readonly start: Millis
  readonly end: Millis
  readonly related: readonly string[]
  /** Titles of other warnings that it lifts. */
  readonly lifts: readonly string[]
  readonly approval: 'automatic' | 'needed'
  readonly by: string | null
  readonly revision: number
  readonly request?: string
}

/** The record that asks for a message about an alarm of a site that the registry knows. */
export function draftIntent(
  s: Situation,
  about: { readonly fact: AlarmFact; readonly site: Site },
  draft: Draft,
): Intent {
  const { fact, site } = about
  const { title, text } = speak({
    kind: draft.spoken,
    sender: s.platform.senderName,
    place: site,
    severity: draft.severity,
    quantity:
      fact.subject.kind === 'sensor' ? (site.sensors.find(({ id }) => id === fact.subject.id)?.quantity ?? null) : null,
    villages: draft.areas.map(({ name }) => name),
    lifts: draft.lifts,
    drill: s.settings.drill,
  })
  const body: MessageBody = {
    site: site.id,
    severity: draft.severity,
    title,
    text,
    eventType: site.eventType,
    areas: draft.areas,
    start: draft.start,
    end: draft.end,
    related: draft.related,
    ...(s.settings.drill ? { drill: true } : {}),
  }
  return {
    ...record(s, { alarm: fact.alarm, type: draft.type, revision: draft.revision }, body),
    approval: draft.approval,
    by: draft.by,
    ...(draft.request === undefined ? {} : { request: draft.request }),
  }
}

/** The record that asks for a warning's cancel; it needs nothing of the registry, so that nothing can prevent it. */
export function cancelIntent(s: Situation, message: Message): Intent {
  const { alarm, revision } = message.key
  const body: MessageBody = {
    ...message.body,
    title: `停止播发：${message.body.title}`,
    text: `停止播发：${message.body.title}。`,
    related: [message.id],
  }
  return {
    ...record(s, { alarm, type: 'cancel', revision }, body),
    approval: 'automatic',
    by: message.stop?.by ?? null,
  }
}

function record(s: Situation, key: MessageKey, body: MessageBody): Omit<Intent, 'approval' | 'by'> {
  return {
    ...stamp(s),
    kind: 'intent',
    message: nextKey(s, key),
    day: beijingDay(s.mark(body.site) ?? body.start),
    source: s.platform.sourceEbrId,
    body,
  }
}
