/** Decides what the fleet's tests connect to: a real broker on loopback that records what it was told, in order. */

import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { type GatewayStatus, decodeStatus } from '@tocsin/wire/mqtt-status-v1.ts'
import { decodeReadingsMessage, type ReadingsIntake } from '@tocsin/wire/mqtt-readings-v1.ts'
import { Aedes } from 'aedes'

/** A message published by a client, or by the broker as its last will: a status or a scan, read by the contract. */
export interface Heard {
  readonly client: string
  readonly topic: string
  readonly state: GatewayStatus['state'] | null
  readonly scan: ReadingsIntake | null
}

export interface TestBroker {
  readonly url: string
  readonly heard: readonly Heard[]
  /** User name and password of each login that was tried. */
  readonly logins: readonly string[]
  /** Resolves with the messages once enough of them match. */
  until(enough: (heard: readonly Heard[]) => boolean): Promise<readonly Heard[]>
  /** While held, nothing is acknowledged. */
  hold(): void
  release(): void
  say(topic: string, payload: string): void
  /** Cuts every connection. */
  cut(): void
  /** Stops listening and cuts; `listen` opens the same port again. */
  shut(): Promise<void>
  listen(): Promise<void>
  stop(): Promise<void>
}

export async function startBroker(): Promise<TestBroker> {
  const heard: Heard[] = []
  const logins: string[] = []
  const waiting = new Set<() => void>()
  const held: (() => void)[] = []
  let isHeld = false
  const broker = await Aedes.createBroker({
    authenticate: (...[client, username, password, done]) => {
      logins.push(`${client.id} ${username ?? ''} ${password?.toString() ?? ''}`)
      done(null, true)
    },
    authorizePublish: (client, packet, done) => {
      heard.push(read(client?.id ?? '', packet.topic, Buffer.from(packet.payload)))
      for (const look of waiting) look()
      if (isHeld && packet.topic.endsWith('/readings')) held.push(() => done(null))
      else done(null)
    },
  })
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    broker.handle(socket)
  })
  let port = 0
  async function listen(): Promise<void> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address: AddressInfo | string | null = server.address()
    if (address !== null && typeof address !== 'string') port = address.port
  }
  function cut(): void {
    for (const socket of sockets) socket.destroy()
  }
  async function shut(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    cut()
    await closed
  }
  await listen()
  return {
    url: `mqtt://127.0.0.1:${port}`,
    heard,
    logins,
    until: (enough) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!enough(heard)) return
          waiting.delete(look)
          resolve(heard)
        }
        waiting.add(look)
        look()
      }),
    hold() {
      isHeld = true
    },
    release() {
      isHeld = false
      for (const done of held.splice(0)) done()
    },
    say: (topic, payload) =>
      broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => {}),
    cut,
    shut,
    listen,
    async stop() {
      if (server.listening) await shut()
      await new Promise<void>((resolve) => broker.close(resolve))
    },
  }
}

function read(client: string, topic: string, payload: Uint8Array): Heard {
  if (topic.endsWith('/readings')) return { client, topic, state: null, scan: decodeReadingsMessage(payload) }
  const status = decodeStatus(payload)
  return { client, topic, state: status.ok ? status.value.state : null, scan: null }
}
