/**
 * One client's connection: what it sent and is not yet durable, the order of its acknowledgements, and whether it is
 * read on. PUBACKs are written by us, after the append and many at once (M1), so aedes sees every PUBLISH as QoS 0.
 */

import type { Socket } from 'node:net'
import type { Client } from 'aedes'
import { FrameGuard, ProtocolError } from './frame-guard.ts'
import type { Admission, Session } from './intake-options.ts'

/** Bytes that a message costs beside its payload. */
const MESSAGE_COST = 512
const PUBACK = 0x40
const PUBREC = 0x50
/** Beyond this unsent backlog a client that does not read gets no more error messages; they stand in `rejected`. */
const MAX_BACKLOG = 256 * 1024

interface Pending {
  readonly qos: number
  readonly id: number
  readonly bytes: number
  readonly since: number
  durable: boolean
}

/** What all connections of an intake share. */
export interface Budget {
  readonly client: number
  readonly total: number
  used: number
  /** Nothing is read any more. */
  closed: boolean
  /** Called when nothing is on its way. */
  onIdle: (() => void) | null
  /** Connections whose reading waits for room. */
  readonly waiting: Set<Connection>
  readonly mono: () => number
}

export class Connection {
  readonly id: string
  readonly guard: FrameGuard
  session: Session | null = null
  /** The packet that aedes will hand to authorizePublish when the connection ends badly. */
  will: object | null = null
  keepaliveMs = 0
  heard: number
  takenOver = false
  /** Ended by us, because its session is over. */
  revoked = false
  /** Its bytes were no MQTT; said once. */
  broken = false
  subscribed = false
  /** PUBLISH packets handed over so far, wills apart. */
  published = 0
  readonly #socket: Socket
  readonly #budget: Budget
  #client: Client | null = null
  #pending: Pending[] = []
  #done = 0
  #bytes = 0
  #acks: number[] = []
  #returning: (() => void)[] = []
  #held: (() => void)[] = []

  constructor(id: string, socket: Socket, options: { maxPayload: number; budget: Budget }) {
    this.id = id
    this.guard = new FrameGuard(options.maxPayload)
    this.#socket = socket
    this.#budget = options.budget
    this.heard = options.budget.mono()
    this.#guardReads()
  }

  bind(client: Client): void {
    this.#client = client
  }

  accept(admission: Admission): void {
    this.session = { ...admission, connection: this.id }
  }

  /** Closes the connection because of what its peer sent. */
  fail(error: Error): void {
    this.#client?.emit('error', error)
  }

  /** Closes the connection because its session is over; MQTT 3.1.1 has no word for it, its next CONNACK says why. */
  revoke(): void {
    this.revoked = true
    this.#client?.close()
  }

  get waiting(): boolean {
    return this.#pending.length > this.#done
  }

  /** For how long the oldest message has been waiting to become durable, ms. */
  waitedFor(): number {
    const oldest = this.#pending[this.#done]
    return oldest === undefined ? 0 : this.#budget.mono() - oldest.since
  }

  /**
   * Takes note of a message that is on its way to the log.
   * @param next aedes' callback: called later, so that it is read on at once, or when there is room again
   * @returns to be called when the message is durable
   */
  begin(message: { qos: number; id: number; bytes: number }, next: () => void): () => void {
    const bytes = message.bytes + MESSAGE_COST
    const entry: Pending = { qos: message.qos, id: message.id, bytes, since: this.#budget.mono(), durable: false }
    this.#pending.push(entry)
    this.#bytes += bytes
    this.#budget.used += bytes
    // Never from within the parser's loop: it would read and parse the next chunk inside this one.
    if (this.#returning.push(next) === 1) process.nextTick(() => this.#return())
    return () => {
      entry.durable = true
      this.#settle()
    }
  }

  /** QoS 0: what reaches the socket of a live connection arrives. */
  send(topic: string, payload: Uint8Array): boolean {
    const client = this.#client
    if (client === null || client.closed || this.#socket.writableLength > MAX_BACKLOG) return false
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false } as const
    client.publish(packet, () => undefined)
    return true
  }

  /** Lets aedes read on if there is room now. */
  release(): void {
    if (this.#crowded()) return
    this.#budget.waiting.delete(this)
    const held = this.#held
    this.#held = []
    for (const next of held) next()
  }

  /** Forgets what waits for room; messages on their way stay counted until they are durable. */
  end(): void {
    this.#budget.waiting.delete(this)
    this.#held = []
  }

  /**
   * aedes calls `read(null)`. Node 26 then gives only the first buffered chunk, and aedes would drain one chunk per
   * commit: so everything that is buffered is asked for. Nothing is read while a callback is held back for room: that
   * is what stops the peer, by TCP. `read(0)` is Node's own, to fill its buffer, and takes nothing out of it.
   */
  #guardReads(): void {
    const read = this.#socket.read.bind(this.#socket)
    this.#socket.read = (asked?: number): Buffer | null => {
      if (asked === 0) {
        read(0)
        return null
      }
      if (this.#held.length > 0 || this.#budget.closed) return null
      const size = this.#socket.readableLength
      const chunk: unknown = size > 0 ? read(size) : read()
      if (!Buffer.isBuffer(chunk)) return null
      this.heard = this.#budget.mono()
      try {
        const passed = this.guard.push(chunk)
        return passed.length > 0 ? passed : null
      } catch (error) {
        this.fail(error instanceof Error ? error : new ProtocolError(String(error)))
        return null
      }
    }
  }

  #return(): void {
    const returning = this.#returning
    this.#returning = []
    for (const next of returning) {
      if (this.#crowded()) {
        this.#held.push(next)
        this.#budget.waiting.add(this)
      } else next()
    }
  }

  #crowded(): boolean {
    return this.waiting && (this.#bytes > this.#budget.client || this.#budget.used > this.#budget.total)
  }

  /** Acknowledgements leave in the order of the messages, whatever became durable first. */
  #settle(): void {
    const before = this.#budget.used
    for (let entry = this.#pending[this.#done]; entry?.durable; entry = this.#pending[this.#done]) {
      this.#done++
      this.#bytes -= entry.bytes
      this.#budget.used -= entry.bytes
      if (entry.qos === 0) continue
      if (this.#acks.length === 0) process.nextTick(() => this.#writeAcks())
      this.#acks.push(entry.qos === 1 ? PUBACK : PUBREC, 2, entry.id >> 8, entry.id & 0xff)
    }
    if (this.#done === this.#pending.length || this.#done > 4_096) {
      this.#pending = this.#pending.slice(this.#done)
      this.#done = 0
    }
    const { used, total, waiting } = this.#budget
    if (waiting.has(this)) this.release()
    if (used === 0) this.#budget.onIdle?.()
    if (before > total && used <= total) for (const connection of waiting) connection.release()
  }

  #writeAcks(): void {
    const acks = Buffer.from(this.#acks)
    this.#acks = []
    if (this.#client?.closed === false && this.#socket.writable) this.#socket.write(acks)
  }
}
