/** A model for tests: one broadcast-log, dispatchers that may overlap, die and lag, a platform, its villages and officers. */

import type { AlarmEvent, EventContent } from '../domain/alarm-event.ts'
import type { BroadcastRecord, PlatformMessage } from '../domain/broadcast.ts'
import type { JournalRecord } from '../domain/journal-record.ts'
import type { Severity } from '../domain/severity.ts'
import type { BroadcastPolicyRule, LoudspeakerPlatform, Site } from '../domain/site.ts'
import { type Book, bookOf, type Books, type Message } from './book.ts'
import { foldBroadcast } from './fold.ts'
import { ModelPlatform } from './model-platform.ts'
import { type BroadcastSettings, defaultBroadcastSettings } from './situation.ts'

export const T0 = 1_781_374_512_000
export const MINUTE = 60_000

export const platform: LoudspeakerPlatform = {
  id: 'county',
  name: '邵屏市应急广播平台',
  url: 'http://127.0.0.1:1/eb',
  sourceEbrId: '39999000000000103010101',
  platformEbrId: '39999000000000314010101',
  senderName: '邵屏市应急管理局',
  senderCode: '39999000000000001010101',
  areas: ['9999'],
  dialect: 'gdj-2018',
  duration: 30 * MINUTE,
}

function village(area: string, name: string, distanceKm: number) {
  return { area, name, people: 800, distanceKm, terminals: 12, contacts: [] }
}

/** Two sites that share a village. */
export function site(id: string, areas: readonly [string, string][]): Site {
  return {
    id,
    name: id,
    enterprise: 'e1',
    hazard: 'hazchem',
    area: '999901001000',
    gateways: [],
    sensors: [],
    spokenName: '澄溪化工北厂',
    people: null,
    groups: [],
    villages: areas.map(([area, name], i) => village(area, name, i + 1)),
    contacts: [],
    guidance: [],
    instruction: '立即向西转移到上风方向，关闭门窗，不要围观',
    eventType: '12D02',
    eventName: '氯气泄漏',
  }
}

export const villageA = '999901101201'
export const villageB = '999901101202'
export const sites: ReadonlyMap<string, Site> = new Map([
  [
    's1',
    site('s1', [
      [villageA, '杨家湾村'],
      [villageB, '石桥村'],
    ]),
  ],
  ['s2', site('s2', [[villageB, '石桥村']])],
])

/** A toy hash: the chain's logic is under test, not SHA-256. */
export function toyHash(text: string): string {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return (hash >>> 0).toString(16).padStart(8, '0')
}

export class World {
  now = T0
  readonly log: BroadcastRecord[] = []
  readonly journal: JournalRecord[] = [{ kind: 'claim', claim: 'k', engine: 1 }]
  readonly platform = new ModelPlatform()
  readonly delayed: PlatformMessage[] = []
  /** Every message handed to the platform, with the offset of the record that let it out. */
  readonly sent: { readonly offset: number; readonly message: PlatformMessage }[] = []
  readonly settings: BroadcastSettings
  readonly policy: readonly BroadcastPolicyRule[]
  private n = 0
  private claims = 0

  constructor(policy: readonly BroadcastPolicyRule[], settings: Partial<BroadcastSettings> = {}) {
    this.policy = policy
    this.settings = { ...defaultBroadcastSettings, ...settings }
  }

  event(siteId: string, content: EventContent): void {
    this.n++
    const event: AlarmEvent = { site: siteId, n: this.n, at: this.now, prev: '', hash: '', content }
    this.journal.push({ kind: 'event', claim: 'k', input: this.n, event })
  }

  raise(alarm: string, severity: Severity | null, lag = 0): void {
    const siteId = alarm.split('/')[0] ?? ''
    this.event(siteId, {
      kind: 'raised',
      alarm,
      subject: { kind: 'sensor', id: 'g1' },
      rule: { id: 'r', kind: 'threshold', hash: 'h' },
      occurrence: 1,
      revision: 1,
      onset: this.now,
      lag,
      verdict: verdict(severity, this.now),
    })
  }

  escalate(alarm: string, severity: Severity, revision = 2): void {
    const content = { kind: 'escalated', alarm, revision, lag: 0, verdict: verdict(severity, this.now) } as const
    this.event(alarm.split('/')[0] ?? '', content)
  }

  clear(alarm: string, revision = 3): void {
    const content = { kind: 'cleared', alarm, revision, lag: 0, verdict: verdict(null, this.now) } as const
    this.event(alarm.split('/')[0] ?? '', content)
  }

  withdraw(alarm: string): void {
    this.event(alarm.split('/')[0] ?? '', { kind: 'withdrawn', alarm, cause: 'rule-removed' })
  }

  /** Time passes for the engine and the platform alike. */
  pass(ms: number): void {
    this.now += ms
    this.mark()
    this.platform.pass(this.now)
  }

  mark(): void {
    this.journal.push({ kind: 'mark', claim: 'k', offset: this.journal.length, now: this.now })
  }

  /** An officer's act on the message, whatever its state. */
  act(kind: 'approve' | 'reject' | 'stop', message: Message, by = 'u-approver'): void {
    const act = { platform: platform.id, at: this.now, id: `c${this.log.length}`, by, message: message.key }
    if (kind === 'approve') this.log.push({ ...act, kind })
    else this.log.push({ ...act, kind, why: '核实' })
  }

  request(alarm: string, by = 'u-officer'): void {
    this.log.push({ kind: 'request', platform: platform.id, at: this.now, id: `q${this.log.length}`, by, alarm })
  }

  newClaim(): string {
    this.claims++
    return `d${this.claims}`
  }

  deliver(index: number): void {
    const [message] = this.delayed.splice(index, 1)
    if (message) this.platform.take(message, this.now)
  }

  /** The book as any reader of the whole log has it. */
  book(): Book {
    const books: Books = new Map()
    for (const record of this.log) foldBroadcast(books, record, toyHash)
    return bookOf(books, platform.id)
  }
}

function verdict(severity: Severity | null, t: number) {
  return { severity, level: '', t, value: 1, op: '>=', limit: 1, unit: 'mg/m³' } as const
}

/** The message's record in the book, by its alarm and type; the newest of them. */
export function find(book: Book, alarm: string, type: string): Message | undefined {
  return [...book.messages.values()].findLast(({ key }) => key.alarm === alarm && key.type === type)
}
