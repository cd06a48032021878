/**
 * Watches the packet boundaries of one connection's bytes before aedes parses them: a PUBLISH above the limit is passed
 * on truncated, with its length and hash, so that it can be rejected and acknowledged (M2) without being buffered.
 */

import { createHash, type Hash } from 'node:crypto'

/** M2: so much of a payload is kept. */
const KEPT = 64 * 1024
/** CONNECT, SUBSCRIBE and the like have no reason to be larger. */
const MAX_CONTROL = 64 * 1024
const PUBLISH = 3
const DISCONNECT = 14
/** CONNECT, PUBLISH, PUBACK … PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT: what a client may send (MQTT 3.1.1 §2.2.1). */
const fromClients = new Set([1, PUBLISH, 4, 5, 6, 7, 8, 10, 12, DISCONNECT])

export interface Truncated {
  readonly length: number
  readonly sha256: string
}

/** The peer breaks MQTT; its connection must be closed. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** A PUBLISH too large to pass on, as far as it has arrived. */
interface Oversized {
  readonly first: number
  readonly body: number
  left: number
  /** Topic and packet id, once complete: everything before the payload. */
  header: Buffer | null
  start: Buffer
  readonly payload: Buffer[]
  kept: number
  readonly hash: Hash
}

const nothing = Buffer.alloc(0)

export class FrameGuard {
  /** The peer sent DISCONNECT: it means to leave. */
  disconnected = false
  readonly #maxBody: number
  readonly #truncated = new Map<number, Truncated>()
  #published = 0
  #left = 0
  #held: Buffer = nothing
  #oversized: Oversized | null = null

  constructor(maxBody: number) {
    this.#maxBody = maxBody
  }

  /** Whether the bytes so far stop inside a packet. */
  get inside(): boolean {
    return this.#left > 0 || this.#held.length > 0 || this.#oversized !== null
  }

  /** What the n-th PUBLISH (from 1) was before it was truncated; null where it was not. Forgets it. */
  truncated(n: number): Truncated | null {
    const found = this.#truncated.get(n) ?? null
    if (found) this.#truncated.delete(n)
    return found
  }

  /**
   * @returns the bytes for the parser, possibly none
   * @throws ProtocolError
   */
  push(chunk: Buffer): Buffer {
    const data = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk
    this.#held = nothing
    const pieces: Buffer[] = []
    let at = 0
    let from = 0
    while (at < data.length) {
      if (this.#oversized) {
        const big = this.#oversized
        const end = Math.min(data.length, at + big.left)
        swallow(big, data.subarray(at, end))
        at = end
        from = end
        if (big.left === 0) pieces.push(this.#finish(big))
      } else if (this.#left > 0) {
        const end = Math.min(data.length, at + this.#left)
        this.#left -= end - at
        at = end
      } else {
        const head = fixedHeader(data, at)
        if (head === null) {
          this.#held = Buffer.from(data.subarray(at))
          break
        }
        if (this.#begin(data[at] ?? 0, head.body)) {
          if (at > from) pieces.push(data.subarray(from, at))
          from = head.end
        }
        at = head.end
      }
    }
    if (this.#oversized === null && at > from) pieces.push(data.subarray(from, at))
    return pieces.length === 1 ? (pieces[0] ?? nothing) : Buffer.concat(pieces)
  }

  /** @returns whether the packet that begins is swallowed instead of passed on */
  #begin(first: number, body: number): boolean {
    const kind = first >> 4
    if (!fromClients.has(kind)) throw new ProtocolError(`a client sends no packet of type ${kind}`)
    if (kind === PUBLISH) this.#published++
    if (kind === DISCONNECT) this.disconnected = true
    if (kind === PUBLISH && body > this.#maxBody) {
      const hash = createHash('sha256')
      this.#oversized = { first, body, left: body, header: null, start: nothing, payload: [], kept: 0, hash }
      return true
    }
    if (kind !== PUBLISH && body > MAX_CONTROL) {
      throw new ProtocolError(`a packet of type ${kind} announces ${body} bytes`)
    }
    this.#left = body
    return false
  }

  #finish(big: Oversized): Buffer {
    this.#oversized = null
    const header = big.header
    if (header === null) throw new ProtocolError('the topic of a PUBLISH is longer than the packet')
    this.#truncated.set(this.#published, { length: big.body - header.length, sha256: big.hash.digest('hex') })
    return Buffer.concat([Buffer.from([big.first, ...varint(header.length + big.kept)]), header, ...big.payload])
  }
}

function swallow(big: Oversized, part: Buffer): void {
  big.left -= part.length
  let payload = part
  if (big.header === null) {
    big.start = Buffer.concat([big.start, part])
    const length = headerLength(big.first, big.start)
    if (length === null || big.start.length < length) return
    big.header = big.start.subarray(0, length)
    payload = big.start.subarray(length)
  }
  big.hash.update(payload)
  const kept = payload.subarray(0, KEPT - big.kept)
  if (kept.length === 0) return
  big.payload.push(kept)
  big.kept += kept.length
}

/** Bytes of topic and packet id; null while the topic's own length has not arrived. */
function headerLength(first: number, start: Buffer): number | null {
  if (start.length < 2) return null
  const id = (first & 0x06) === 0 ? 0 : 2 // QoS 0 has no packet id
  return 2 + start.readUInt16BE(0) + id
}

function fixedHeader(data: Buffer, at: number): { body: number; end: number } | null {
  let body = 0
  for (let i = 0; i < 4; i++) {
    const byte = data[at + 1 + i]
    if (byte === undefined) return null
    body += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return { body, end: at + 2 + i }
  }
  throw new ProtocolError('the length of a packet has more than four bytes') // MQTT 3.1.1 §2.2.3
}

function varint(n: number): number[] {
  const bytes: number[] = []
  let rest = n
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}
