/** Decides how a sensor gateway's MQTT connection is made, kept, lost on purpose, remade and ended. */

import { Socket } from 'node:net'
import { connect, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import { keyOf, uniform } from '../models/noise.ts'
import type { Outbox, Outgoing } from './outbox.ts'

export interface LinkOptions {
  readonly url: string
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly statusTopic: string
  readonly errorsTopic: string
  readonly online: Uint8Array
  /** Said at a proper end, and by the broker as the last will at any other. */
  readonly offline: Uint8Array
  readonly outbox: Outbox
  readonly log: Logger
  /** A message was acknowledged this long after it was sent, ms. */
  readonly onAcknowledged: (message: Outgoing, took: number) => void
  readonly onError: (payload: Uint8Array) => void
}

export interface Link {
  open(): void
  /** Sends what the window allows. */
  pump(): void
  isUp(): boolean
  /** Breaks the connection without a word: the broker publishes the last will. It stays down until `open`. */
  drop(): void
  /** Waits up to `grace` ms for acknowledgements, says offline and disconnects; always resolves. */
  close(grace: number): Promise<void>
}

const firstRetry = 500
const longestRetry = 8000

/** One connection at a time, QoS 1, clean session; what had no PUBACK when it broke is sent again first. */
export function createLink(options: LinkOptions): Link {
  const { outbox, log } = options
  let client: MqttClient | null = null
  let isUp = false
  let isWanted = false
  let attempts = 0
  let retry: NodeJS.Timeout | undefined
  let whenIdle: (() => void) | undefined

  function dial(): void {
    retry = undefined
    const own = connect(options.url, {
      clientId: options.clientId,
      username: options.username,
      password: options.password,
      clean: true,
      keepalive: 15,
      connectTimeout: 5000,
      // Reconnecting is ours: the client's own would resend from a store that a crash of a device does not keep.
      reconnectPeriod: 0,
      will: { topic: options.statusTopic, payload: Buffer.from(options.offline), qos: 1, retain: false },
    })
    client = own
    own.on('connect', () => arrived(own))
    own.on('message', (topic, payload) => {
      if (topic === options.errorsTopic) options.onError(payload)
    })
    own.on('error', (error) => {
      if (own === client) log.warn({ error: error.message }, 'connection failed')
      own.end(true)
    })
    own.on('close', () => lost(own))
  }

  function arrived(own: MqttClient): void {
    if (own !== client) return
    // Small packets must not wait for the acknowledgement of the previous ones (Nagle).
    if (own.stream instanceof Socket) own.stream.setNoDelay(true)
    isUp = true
    attempts = 0
    log.debug('connected')
    own.subscribe(options.errorsTopic, { qos: 1 }, (error) => {
      if (error && own === client && isUp) log.warn({ error: error.message }, 'not subscribed to errors')
    })
    own.publish(options.statusTopic, Buffer.from(options.online), { qos: 1 })
    pump()
  }

  function lost(own: MqttClient): void {
    if (own !== client) return
    client = null
    isUp = false
    outbox.returnAll()
    whenIdle?.()
    own.end(true)
    if (!isWanted) return
    // Each gateway by its own measure, so that a restarted broker does not meet all of them at once.
    const spread = 0.75 + 0.5 * uniform(keyOf(options.clientId), attempts)
    retry = setTimeout(dial, Math.min(longestRetry, firstRetry * 2 ** attempts) * spread)
    attempts += 1
  }

  function pump(): void {
    const own = client
    if (!own || !isUp) return
    for (let message = outbox.next(); message; message = outbox.next()) send(own, message)
  }

  function send(own: MqttClient, message: Outgoing): void {
    const sent = performance.now()
    const { buffer, byteOffset, byteLength } = message.payload
    own.publish(message.topic, Buffer.from(buffer, byteOffset, byteLength), { qos: 1 }, (error) => {
      // A connection that is gone has returned its messages to the outbox already.
      if (error || own !== client) return
      outbox.acknowledged(message)
      options.onAcknowledged(message, performance.now() - sent)
      pump()
      const { waiting, inFlight } = outbox.counts()
      if (waiting + inFlight === 0) whenIdle?.()
    })
  }

  function idle(grace: number): Promise<void> {
    const { waiting, inFlight } = outbox.counts()
    if (waiting + inFlight === 0) return Promise.resolve()
    return within(grace, (done) => {
      whenIdle = done
    })
  }

  return {
    open() {
      if (isWanted) return
      isWanted = true
      attempts = 0
      dial()
    },
    pump,
    isUp: () => isUp,
    drop() {
      isWanted = false
      clearTimeout(retry)
      const own = client
      if (!own) return
      own.stream.destroy()
      lost(own)
    },
    async close(grace) {
      isWanted = false
      clearTimeout(retry)
      if (client && isUp) {
        await idle(grace)
        const own = client
        if (own && isUp) {
          await within(400, (done) => own.publish(options.statusTopic, Buffer.from(options.offline), { qos: 1 }, done))
          await within(300, (done) => own.end(false, done))
        }
      }
      client?.end(true)
      client = null
      isUp = false
    },
  }
}

function within(ms: number, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    start(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
