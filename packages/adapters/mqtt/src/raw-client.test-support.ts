/** A client of sockets and packets for tests, where MQTT.js is too well-behaved. */

import { once } from 'node:events'
import net from 'node:net'
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet'

export interface RawClient {
  send(packet: Packet): void
  write(bytes: Uint8Array): void
  /** The next packet, in order; rejects when the connection has ended. */
  next(): Promise<Packet>
  readonly closed: Promise<void>
  destroy(): void
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  const packets: Packet[] = []
  const waiting: { resolve: (packet: Packet) => void; reject: (error: Error) => void }[] = []
  const reader = parser()
  reader.on('packet', (packet: Packet) => {
    const first = waiting.shift()
    if (first) first.resolve(packet)
    else packets.push(packet)
  })
  socket.on('data', (bytes: Buffer) => reader.parse(bytes))
  socket.on('error', () => undefined)
  let ended = false
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      ended = true
      for (const { reject } of waiting) reject(new Error('connection closed'))
      resolve()
    })
  })
  await once(socket, 'connect')
  return {
    send: (packet) => socket.write(generate(packet)),
    write: (bytes) => socket.write(bytes),
    next: () =>
      new Promise((resolve, reject) => {
        const packet = packets.shift()
        if (packet) resolve(packet)
        else if (ended) reject(new Error('connection closed'))
        else waiting.push({ resolve, reject })
      }),
    closed,
    destroy: () => socket.destroy(),
  }
}

export function connectPacket(clientId: string, extra: Partial<IConnectPacket> = {}): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId,
    username: 'cx-chem',
    password: Buffer.from('secret'),
    ...extra,
  }
}

export function publishPacket(messageId: number, payload: string | Buffer, topic = 'readings'): Packet {
  return { cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false }
}
