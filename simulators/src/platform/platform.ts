/** A simulated loudspeaker platform: GD/J 083 over HTTP on one loopback port, with a control interface beside it. */

import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { Detail } from '@tocsin/wire/ebm/detail.ts'
import { decodeMultipart } from '@tocsin/wire/ebm/multipart.ts'
import { packPacket, plainRules, postPacket, unpackPacket } from '@tocsin/wire/ebm/package.ts'
import type { Packet } from '@tocsin/wire/ebm/packet.ts'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { Broadcaster, type VillageSpec } from './broadcaster.ts'
import { controlRoutes } from './control.ts'
import type { PlatformMode } from './modes.ts'
import type { Heard } from './village.ts'

export interface PlatformOptions {
  readonly host?: string
  /** 0: any free one. */
  readonly port?: number
  /** 23 digits. */
  readonly ebrId?: string
  readonly mode?: PlatformMode
  readonly villages?: readonly VillageSpec[]
  /** Default 0.08. */
  readonly failRate?: number
  /** Default 1: as in life. */
  readonly speed?: number
  /** How late `slow` answers, ms; default 3000. */
  readonly slowMs?: number
  /** Where states are answered: on the same connection, or brought to the asker's SRC/URL as 083 §5 has it. */
  readonly states?: 'same' | 'push'
  /** A JSON file of everything heard, written at each change. */
  readonly ledger?: string
  readonly now?: () => number
}

/** What the control interface can see and do; tests in the same process use it directly. */
export interface PlatformControl {
  readonly mode: PlatformMode
  readonly boot: string
  readonly heard: readonly Heard[]
  /** Packets received, answered or not, by type. */
  readonly received: Readonly<Record<string, number>>
  setMode(mode: PlatformMode): void
  /** Restarts and has forgotten everything. */
  forget(): void
}

export interface RunningPlatform {
  /** Where packets are posted. */
  readonly url: string
  /** The control interface's address. */
  readonly controlUrl: string
  readonly control: PlatformControl
  stop(): Promise<void>
}

const TICK = 25
const MAX_BODY = 5 * 1024 * 1024

export async function startPlatform(options: PlatformOptions = {}): Promise<RunningPlatform> {
  const platform = new Platform(options)
  const server = fastify({ bodyLimit: MAX_BODY, forceCloseConnections: true })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  platform.routes(server)
  controlRoutes(server, platform)
  const timer = setInterval(() => platform.advance(), TICK)
  const address = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  return {
    url: `${address}/eb`,
    controlUrl: `${address}/control`,
    control: platform,
    async stop() {
      clearInterval(timer)
      platform.stop()
      await server.close()
    },
  }
}

class Platform implements PlatformControl {
  mode: PlatformMode
  boot = randomUUID()
  readonly received: Record<string, number> = {}
  private readonly options: PlatformOptions
  private readonly broadcaster: Broadcaster
  private readonly now: () => number
  private readonly ebrId: string
  private kept: Packet[] = []
  private seq = 0
  private stopped = false
  private writing: Promise<void> = Promise.resolve()

  constructor(options: PlatformOptions) {
    this.options = options
    this.mode = options.mode ?? 'normal'
    this.now = options.now ?? Date.now
    this.ebrId = options.ebrId ?? '49999000000000314010101'
    const { failRate = 0.08, speed = 1, villages } = options
    this.broadcaster = new Broadcaster({ failRate, speed, ...(villages && { villages }) }, () => this.writeLedger())
  }

  get heard(): readonly Heard[] {
    return this.broadcaster.heard
  }

  setMode(mode: PlatformMode): void {
    const kept = this.mode === 'silent-then-twice' ? this.kept : []
    this.kept = []
    this.mode = mode
    for (const packet of kept) this.handle(packet)
  }

  forget(): void {
    this.boot = randomUUID()
    this.seq = 0
    this.kept = []
    this.broadcaster.forget()
  }

  advance(): void {
    this.broadcaster.advance(this.now())
  }

  stop(): void {
    this.stopped = true
  }

  routes(server: FastifyInstance): void {
    server.post('/eb', async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const part = decodeMultipart(request.headers['content-type'] ?? '', body)
      if (!part.ok) return this.answer(reply, null, { type: 'EBDResponse', code: 2, description: part.error })
      const file = { fileName: part.value.fileName, tar: part.value.bytes }
      const packet = await unpackPacket(file, plainRules)
      if (!packet.ok) return this.answer(reply, null, { type: 'EBDResponse', code: 2, description: packet.error })
      const { type } = packet.value.detail
      this.received[type] = (this.received[type] ?? 0) + 1
      return this.respond(packet.value, reply)
    })
  }

  private async respond(packet: Packet, reply: FastifyReply): Promise<FastifyReply> {
    if (this.mode === 'silent' || this.mode === 'silent-then-twice') {
      if (this.mode === 'silent-then-twice') this.kept.push(packet)
      // the peer hangs up by itself; nothing is written
      return reply.hijack()
    }
    if (this.mode === 'slow') await delay(this.options.slowMs ?? 3000)
    return this.answer(reply, packet.ebdId, this.handle(packet))
  }

  private handle(packet: Packet): Detail {
    const { detail } = packet
    const twice = this.mode === 'twice'
    switch (detail.type) {
      case 'EBM': {
        if (this.mode === 'refusing') return { type: 'EBDResponse', code: 5, description: '平台拒绝接收' }
        return { type: 'EBDResponse', ...this.broadcaster.take(detail.ebm, { now: this.now(), twice }) }
      }
      case 'EBMStateRequest': {
        const state = this.broadcaster.state(detail.ebmId, this.now())
        if (!state) return { type: 'EBDResponse', code: 5, description: '查找不到该EBMID' }
        const answer: Detail = { type: 'EBMStateResponse', state }
        if (this.options.states !== 'push' || packet.source.url === null) return answer
        for (let i = 0; i < (twice ? 2 : 1); i++) void this.push(packet.source.url, this.packet(packet.ebdId, answer))
        return { type: 'EBDResponse', code: 1, description: '接收成功' }
      }
      case 'ConnectionCheck':
        return { type: 'EBDResponse', code: 1, description: '接收成功' }
      case 'EBMStateResponse':
      case 'EBDResponse':
        return { type: 'EBDResponse', code: 5, description: '不接收该类型' }
    }
  }

  private async answer(reply: FastifyReply, related: string | null, detail: Detail): Promise<FastifyReply> {
    const { fileName, tar } = await packPacket(this.packet(related, detail))
    return reply
      .header('content-type', 'application/x-tar')
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header('eb-boot', this.boot)
      .send(Buffer.from(tar))
  }

  private packet(related: string | null, detail: Detail): Packet {
    this.seq++
    const ebdId = `10${this.ebrId}${String(this.seq).padStart(16, '0')}`
    return { ebdId, source: { ebrId: this.ebrId, url: null }, destination: null, at: this.now(), related, detail }
  }

  /** Only to this machine: the address comes from whoever asked. */
  private async push(url: string, packet: Packet): Promise<void> {
    if (this.stopped || !/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\//.test(url)) return
    const { contentType, body } = await postPacket(packet)
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: new Uint8Array(body),
        redirect: 'error',
        signal: AbortSignal.timeout(5000),
      })
      await response.arrayBuffer()
    } catch {
      // a peer that is gone asks again when it is back
    }
  }

  private writeLedger(): void {
    const { ledger } = this.options
    if (ledger === undefined) return
    this.writing = this.writing
      .then(() => writeFile(ledger, `${JSON.stringify(this.heard, null, 2)}\n`))
      .catch(() => undefined)
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
