/** A model for tests: a dispatcher in single steps, so that others' steps can fall between them. */

import type { BroadcastRecord, PlatformMessage } from '../domain/broadcast.ts'
import { type AlarmFacts, foldJournal, newAlarmFacts } from './alarm-facts.ts'
import { type Book, bookOf, type Books, type Message } from './book.ts'
import { decide } from './decide.ts'
import { foldBroadcast } from './fold.ts'
import { platform, sites, toyHash, type World } from './model-world.ts'
import { outgoing } from './outgoing.ts'
import { type Action, headOf } from './situation.ts'
import { isNews } from './watch.ts'

type Call =
  | { readonly kind: 'send'; readonly message: PlatformMessage; readonly key: BroadcastRecord & { kind: 'sending' } }
  | { readonly kind: 'query'; readonly ebmId: string; readonly message: Message }

/** What becomes of a call on its way: handled and answered, answer lost, delayed, lost. */
export type Fate = 'fine' | 'deaf' | 'delayed' | 'lost'

/** A dispatcher as the service runs it: fold, decide, append, read back, call. Each `step` does one of these. */
export class Dispatcher {
  dead = false
  private readonly world: World
  private readonly books: Books = new Map()
  private readonly facts: AlarmFacts = newAlarmFacts()
  private read = 0
  private readJournal = 0
  private readonly claim: string
  private claimed = false
  private gate: { readonly offset: number; readonly id: string } | null = null
  private call: Call | null = null
  private readonly asked = new Map<string, number>()
  private boot = ''

  constructor(world: World) {
    this.world = world
    this.claim = world.newClaim()
  }

  /** @param blind it acts on what it has read, although the log has grown: appends may land behind others' */
  step(fate: Fate, blind = false): void {
    if (this.dead) return
    if (!blind || !this.claimed) this.catchUp(this.world.log.length)
    if (this.dead) return
    if (!this.claimed) {
      this.claimed = true
      this.boot = String(this.world.platform.boot)
      this.append({
        kind: 'claim',
        claim: this.claim,
        platform: platform.id,
        at: this.world.now,
        head: headOf(this.book()),
      })
    } else if (this.gate) this.passGate(this.gate)
    else if (this.call) this.carryOut(this.call, fate)
    else this.next()
  }

  private book(): Book {
    return bookOf(this.books, platform.id)
  }

  private append(record: BroadcastRecord): number {
    this.world.log.push(record)
    return this.world.log.length - 1
  }

  private catchUp(end: number): void {
    for (; this.readJournal < this.world.journal.length; this.readJournal++) {
      const record = this.world.journal[this.readJournal]
      if (record) foldJournal(this.facts, 0, record)
    }
    for (; this.read < end; this.read++) {
      const record = this.world.log[this.read]
      if (!record) return
      const folded = foldBroadcast(this.books, record, toyHash)
      if (this.gate?.offset === this.read && !folded.counts) this.gate = null
    }
    if (
      this.claimed &&
      this.book().claim !== this.claim &&
      this.world.log.slice(0, this.read).some((r) => r.kind === 'claim' && r.claim === this.claim)
    ) {
      this.dead = true
    }
  }

  private next(): void {
    const { world } = this
    const action = decide({
      book: this.book(),
      facts: this.facts,
      platform,
      policy: world.policy,
      site: (id) => sites.get(id),
      mark: () => this.facts.marks.get(0),
      claim: this.claim,
      wall: world.now,
      boot: this.boot,
      due: (id) => (this.asked.get(id) ?? -1) < world.now,
      network: true,
      settings: world.settings,
    })
    if (action) this.take(action)
  }

  private take(action: Action): void {
    if (action.do === 'append') this.catchUp(this.append(action.record) + 1)
    else if (action.do === 'send') this.gate = { offset: this.append(action.record), id: action.message.id }
    else {
      this.asked.set(action.message.id, this.world.now)
      this.call = { kind: 'query', ebmId: action.message.ebmId, message: action.message }
    }
  }

  /** B1: reads back to its own record, no further, and sends only if that counts. */
  private passGate(gate: { readonly offset: number; readonly id: string }): void {
    this.catchUp(gate.offset + 1)
    if (!this.gate) return
    this.gate = null
    const message = this.book().messages.get(gate.id)
    const record = this.world.log[gate.offset]
    if (!message || record?.kind !== 'sending') return
    const out = outgoing(this.book(), message)
    this.world.sent.push({ offset: gate.offset, message: out })
    this.call = { kind: 'send', message: out, key: record }
  }

  private carryOut(call: Call, fate: Fate): void {
    this.call = null
    const { world } = this
    const stamp = { platform: platform.id, at: world.now, claim: this.claim }
    if (call.kind === 'send') {
      if (fate === 'delayed') world.delayed.push(call.message)
      if (fate === 'delayed' || fate === 'lost') return
      const result = world.platform.take(call.message, world.now)
      if (fate === 'deaf') return
      this.boot = String(world.platform.boot)
      this.append({ ...stamp, kind: 'outcome', message: call.key.message, result, platformBoot: this.boot, detail: '' })
      return
    }
    if (fate !== 'fine') return
    this.boot = String(world.platform.boot)
    const areas = world.platform.receipts(call.ebmId)
    const receipt: BroadcastRecord = {
      ...stamp,
      kind: 'receipt',
      message: call.message.key,
      platformBoot: this.boot,
      platformAt: world.now,
      known: areas !== null,
      areas: areas ?? [],
    }
    const message = this.book().messages.get(call.message.id)
    if (message && isNews(this.book(), message, receipt)) this.append(receipt)
  }
}

/** Runs the dispatcher until it has nothing to do for two steps in a row. */
export function settle(world: World, dispatcher: Dispatcher): void {
  for (let quiet = 0, steps = 0; quiet < 4 && steps < 500; steps++) {
    const before = world.log.length + world.sent.length
    world.now++
    dispatcher.step('fine')
    quiet = world.log.length + world.sent.length === before ? quiet + 1 : 0
  }
}
