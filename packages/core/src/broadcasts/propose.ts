/** Which messages are to be asked for now: warnings and updates by policy or request, cancels, all-clears (P4, B4, B5, B8). */

import type { BroadcastRecord } from '../domain/broadcast.ts'
import type { Millis } from '../domain/ids.ts'
import { isWorse, type Severity } from '../domain/severity.ts'
import type { AlarmFact } from './alarm-facts.ts'
import { type Message, messagesOf, type OpenRequest, warns, wasSent } from './book.ts'
import { cancelIntent, draftIntent } from './intents.ts'
import { type Owed, owedAllClears, wasReleased } from './owed.ts'
import { policyFor, targetsOf } from './policy.ts'
import { factOf, type Situation, stamp } from './situation.ts'
import { wantsCancel } from './watch.ts'

/** The next record that asks for a message, or refuses a request; null where nothing is to be asked for. */
export function propose(s: Situation): BroadcastRecord | null {
  return cancels(s) ?? requests(s) ?? warnings(s) ?? allClears(s)
}

function cancels(s: Situation): BroadcastRecord | null {
  for (const message of s.book.open.values()) {
    if (!warns(message) || !wasSent(message) || message.cancel !== null) continue
    if (wantsCancel(s, message)) return cancelIntent(s, message)
  }
  return null
}

function warnings(s: Situation): BroadcastRecord | null {
  for (const fact of s.facts.alarms.values()) {
    if (fact.state !== 'active' || fact.severity === null || !fact.live) continue
    const site = s.site(fact.site)
    const now = s.mark(fact.site)
    if (!site || now === undefined) continue
    const earlier = messagesOf(s.book, fact.alarm).filter(warns)
    if (!earlier.every(({ body }) => isWorse(fact.severity, body.severity))) continue
    const policy = policyFor(s.policy, site, fact.severity)
    const end = fact.at + s.platform.duration
    // B8: what would be over by now is not asked for any more
    if (policy.warning === 'none' || end <= now) continue
    const areas = targetsOf(s.platform, site)
    if (areas.length === 0) continue
    const fresh = s.wall - fact.at <= s.settings.staleAfter
    return draftIntent(
      s,
      { fact, site },
      {
        ...shape(earlier, fact.severity),
        areas,
        start: fact.at,
        end,
        lifts: [],
        approval: policy.warning === 'automatic' && fresh ? 'automatic' : 'needed',
        by: null,
        revision: fact.revision,
      },
    )
  }
  return null
}

/** An update while an earlier warning is out, a warning otherwise. */
function shape(earlier: readonly Message[], severity: Severity) {
  const out = earlier.filter((message) => wasSent(message) && isStanding(message))
  const type = out.length > 0 ? ('update' as const) : ('warning' as const)
  return { type, spoken: type, severity, related: out.map(({ id }) => id) }
}

function isStanding(message: Message): boolean {
  return message.closed === null && message.stop === null && !message.expired
}

function requests(s: Situation): BroadcastRecord | null {
  for (const request of s.book.requests.values()) {
    const record = answer(s, request)
    if (record) return record
  }
  return null
}

/** P4: what an officer asks for always needs another person's approval. */
function answer(s: Situation, request: OpenRequest): BroadcastRecord | null {
  const refuse = (detail: string): BroadcastRecord => ({
    ...stamp(s),
    kind: 'fault',
    code: 'request-refused',
    detail,
    request: request.id,
  })
  const fact = s.facts.alarms.get(request.alarm)
  if (!fact || fact.state !== 'active') return refuse(`报警不存在或已结束：${request.alarm}`)
  if (fact.severity === null) return refuse(`该报警没有预警级别：${request.alarm}`)
  const site = s.site(fact.site)
  if (!site) return refuse(`登记中没有该场所：${fact.site}`)
  const areas = targetsOf(s.platform, site)
  if (areas.length === 0) return refuse(`该平台没有受影响的村：${fact.site}`)
  const earlier = messagesOf(s.book, fact.alarm).filter(warns)
  if (earlier.some((message) => isStanding(message) && !isWorse(fact.severity, message.body.severity))) {
    return refuse(`该报警已有未结束的广播：${request.alarm}`)
  }
  const start = s.mark(fact.site)
  if (start === undefined) return null
  return draftIntent(
    s,
    { fact, site },
    {
      ...shape(earlier, fact.severity),
      areas,
      start,
      end: start + s.platform.duration,
      lifts: [],
      approval: 'needed',
      by: request.by,
      revision: fact.revision,
      request: request.id,
    },
  )
}

function allClears(s: Situation): BroadcastRecord | null {
  for (const owed of owedAllClears(s)) {
    const fact = s.facts.alarms.get(owed.alarm)
    const site = fact && s.site(fact.site)
    const start = fact && s.mark(fact.site)
    const newest = owed.lifts.findLast(({ key }) => key.alarm === owed.alarm)
    if (!fact || start === undefined || !newest) continue
    if (!site) return orphanIntent(s, { fact, newest, owed, start })
    return draftIntent(
      s,
      { fact, site },
      {
        type: 'all-clear',
        spoken: owed.lifts.every((message) => isCleared(s, message)) ? 'all-clear' : 'withdrawal',
        severity: newest.body.severity,
        areas: owed.areas,
        start,
        end: start + s.platform.duration,
        related: owed.lifts.map(({ id }) => id),
        lifts: otherTitles(owed),
        approval: owed.lifts.every((message) => clearsItself(s, message)) ? 'automatic' : 'needed',
        by: null,
        revision: fact.revision,
      },
    )
  }
  return null
}

interface Orphan {
  readonly fact: AlarmFact
  readonly newest: Message
  readonly owed: Owed
  /** UTC ms of the engine's clock. */
  readonly start: Millis
}

/**
 * P7: the registry no longer has the site, but the villages heard its warning: the all-clear takes from that warning all
 * that it says. No policy knows the site's hazard any more, so a person releases it, unless it is a repeat.
 */
function orphanIntent(s: Situation, { fact, newest, owed, start }: Orphan): BroadcastRecord {
  const { alarm, revision } = fact
  const asked = messagesOf(s.book, alarm).filter(({ key }) => key.type === 'all-clear' && key.revision === revision)
  return {
    ...cancelIntent(s, newest),
    message: { alarm, type: 'all-clear', revision, ...(asked.length > 0 ? { round: asked.length } : {}) },
    body: {
      ...newest.body,
      ...orphanWords(s, newest, owed),
      areas: owed.areas,
      start,
      end: start + s.platform.duration,
      related: owed.lifts.map(({ id }) => id),
    },
    approval: owed.lifts.every((message) => clearsItself(s, message)) ? 'automatic' : 'needed',
    by: null,
  }
}

function orphanWords(s: Situation, { body }: Message, owed: Owed): { title: string; text: string } {
  const warning = body.title.replace(/^【演练】/, '').replace(/（升级）$/, '')
  const [what, then] = owed.lifts.every((message) => isCleared(s, message))
    ? ['解除', '放心，恢复正常生活']
    : ['撤销', '留意后续通知']
  const others = otherTitles(owed)
  const also = others.length > 0 ? `，此前播发的${others.join('、')}一并解除` : ''
  const text = `${s.platform.senderName}通知：此前播发的${warning}已${what}${also}。请周边村民${then}。`
  const title = `${what}：${warning}`
  if (body.drill !== true) return { title, text }
  return { title: `【演练】${title}`, text: `演练，演练，这是演练。${text}以上是演练。` }
}

function isCleared(s: Situation, message: Message): boolean {
  const fact: AlarmFact | undefined = factOf(s, message)
  return fact?.state === 'cleared'
}

/** B5: by itself only where the policy says so; a repeat for those who heard it late was released before (B4). */
function clearsItself(s: Situation, message: Message): boolean {
  if (wasReleased(s.book, message)) return true
  const site = s.site(message.body.site)
  if (!site || !isCleared(s, message)) return false
  return policyFor(s.policy, site, message.body.severity).allClear === 'automatic'
}

function otherTitles({ alarm, lifts }: Owed): readonly string[] {
  return [...new Set(lifts.filter(({ key }) => key.alarm !== alarm).map(({ body }) => body.title))]
}
