/** Terminates MQTT 3.1.1 for sensor gateways (M1): who may log in, what is handed over, and when it is acknowledged. */

import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { AuthenticateError, Client } from 'aedes'
import { Connection, type Budget } from './connection.ts'
import type { DisconnectCause, IntakeOptions, Login, MqttIntake, Refusal } from './intake-options.ts'
import { listen } from './listener.ts'
import { watchLiveness } from './liveness.ts'
import { unpublishedBroker } from './unpublished-broker.ts'

const MIB = 1024 * 1024
const CLOSE_WITHIN = 5_000

/** MQTT 3.1.1 §3.2.2.3. */
const returnCodes: Record<Refusal, 3 | 4 | 5> = { unavailable: 3, 'bad-credentials': 4, 'not-authorized': 5 }

/** Errors of aedes that say nothing about the bytes that the client sent. */
const harmless = new Set([
  'connection closed',
  'keep alive timeout',
  'drain timeout',
  'connect did not arrive in time',
  'packet received not valid', // aedes' word for a failed write
  'not durable',
])

/**
 * Opens the listener.
 * @throws TocsinError `insecure-listener` for plain MQTT outside loopback, `port-taken`
 */
export async function mqttIntake(options: IntakeOptions): Promise<MqttIntake> {
  const mono = (): number => options.clock.mono()
  const limits = options.maxOutstanding ?? { client: MIB, total: 64 * MIB }
  const budget: Budget = { ...limits, used: 0, closed: false, onIdle: null, waiting: new Set(), mono }
  const sockets = new Set<Socket>()
  const byClient = new WeakMap<Client, Connection>()
  const byGateway = new Map<string, Connection>()
  const live = new Set<Connection>()
  const liveness = watchLiveness(live, mono)
  const counts = { refusedLogins: 0, protocolErrors: 0 }

  const broker = await unpublishedBroker({
    preConnect: (client, packet, done) => {
      const connection = byClient.get(client)
      if (!connection || budget.closed) return done(null, false)
      connection.will = packet.will ?? null
      connection.keepaliveMs = (packet.keepalive ?? 0) * 1_000
      packet.keepalive = 0 // liveness.ts sees to it
      done(null, true)
    },
    authenticate: (...[client, username, password, done]) => {
      const login = { clientId: client.id, username: username ?? '', password: password ?? new Uint8Array() }
      void logIn(client, login, done)
    },
    authorizePublish: (client, packet, done) => {
      const connection = client === null ? undefined : byClient.get(client)
      const session = connection?.session
      if (!connection || !session) return done(new Error('not logged in'))
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
      // aedes gives out the very object that CONNECT carried
      const will = packet === connection.will
      if (will) {
        if (!budget.closed)
          void options
            .handle({ ...session, topic: packet.topic, payload, truncated: null, will })
            .catch(() => undefined)
        return done(null)
      }
      const truncated = connection.guard.truncated(++connection.published)
      const request = { qos: packet.qos, id: packet.messageId ?? 0, bytes: payload.length }
      packet.qos = 0 // M1: the acknowledgement is ours to write
      packet.retain = false
      const durable = connection.begin(request, () => done(null))
      options.handle({ ...session, topic: packet.topic, payload, truncated, will }).then(durable, () => {
        connection.fail(new Error('not durable'))
        durable() // closed by now: no acknowledgement is written, only the room is given back
      })
    },
    authorizeSubscribe: (client, subscription, done) => {
      const connection = byClient.get(client)
      const allowed = connection?.session && subscription.topic === options.errorsTopic(connection.session.identity)
      if (connection && allowed) connection.subscribed = true
      done(null, allowed ? subscription : null) // null: SUBACK 0x80, the connection stays
    },
  })

  broker.on('client', (client) => {
    const connection = byClient.get(client)
    if (!connection?.session) return
    byGateway.set(client.id, connection)
    live.add(connection)
    options.onConnect(connection.session)
  })
  broker.on('unsubscribe', (_topics, client) => {
    const connection = byClient.get(client)
    if (connection) connection.subscribed = false
  })
  broker.on('clientDisconnect', (client) => {
    const connection = byClient.get(client)
    if (!connection?.session || !live.delete(connection)) return
    if (byGateway.get(client.id) === connection) byGateway.delete(client.id)
    const cause = causeOf(connection)
    connection.end()
    if (connection.guard.inside && (cause === 'close' || cause === 'stall')) {
      protocolError(connection, 'the connection ended inside a packet')
    }
    options.onDisconnect(connection.session, cause, connection.guard.disconnected)
  })
  broker.on('clientError', (client, error) => {
    const connection = byClient.get(client)
    // system errors (ECONNRESET) bear a code, refused logins an errorCode
    if (!connection || 'code' in error || 'errorCode' in error || harmless.has(error.message)) return
    protocolError(connection, error.message)
  })
  broker.on('connectionError', (_client, error) => {
    if (!('code' in error) && !harmless.has(error.message)) counts.protocolErrors++
  })

  async function logIn(
    client: Client,
    login: Login,
    done: (error: AuthenticateError | null, success: boolean) => void,
  ): Promise<void> {
    const answer = await options.authenticate(login).catch((): Refusal => 'unavailable')
    const connection = byClient.get(client)
    if (typeof answer !== 'string' && connection) {
      connection.accept(answer)
      const before = byGateway.get(client.id)
      if (before) before.takenOver = true // MQTT-3.1.4-2: aedes now closes it
      done(null, true)
      return
    }
    const refusal = typeof answer === 'string' ? answer : 'unavailable'
    counts.refusedLogins++
    options.onRefused({ clientId: login.clientId, username: login.username }, refusal)
    done(Object.assign(new Error(refusal), { returnCode: returnCodes[refusal] }), false)
  }

  function causeOf(connection: Connection): DisconnectCause {
    if (budget.closed) return 'stopped'
    if (connection.revoked) return 'revoked'
    if (connection.takenOver) return 'taken-over'
    return liveness.stalled(connection) ? 'stall' : 'close'
  }

  function protocolError(connection: Connection, detail: string): void {
    if (connection.broken) return
    connection.broken = true
    counts.protocolErrors++
    if (connection.session) options.onProtocolError(connection.session, detail)
  }

  function accept(socket: Socket): void {
    const connection = new Connection(options.nextConnection(), socket, { maxPayload: options.maxPayload, budget })
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const client = broker.handle(socket)
    connection.bind(client)
    byClient.set(client, connection)
  }

  const listener = await listen(options, accept).catch(async (error: unknown) => {
    liveness.stop()
    await new Promise<void>((resolve) => broker.close(resolve))
    throw error instanceof Error ? error : new TocsinError('internal', String(error))
  })

  return {
    port: listener.port,
    publishError: (gateway, payload) => {
      const connection = byGateway.get(gateway)
      if (!connection?.session || !connection.subscribed) return false
      return connection.send(options.errorsTopic(connection.session.identity), payload)
    },
    revoke: (isOver) => {
      const over = [...live].filter(({ session, revoked }) => session !== null && !revoked && isOver(session))
      for (const connection of over) connection.revoke()
      return over.flatMap(({ session }) => session ?? [])
    },
    stats: () => ({
      connections: live.size,
      outstandingBytes: budget.used,
      held: budget.waiting.size,
      ...counts,
    }),
    close: async () => {
      budget.closed = true
      const ended = listener.close()
      await idle(budget)
      // after the acknowledgements, which leave in this tick's end
      await new Promise((resolve) => setImmediate(resolve))
      liveness.stop()
      await new Promise<void>((resolve) => broker.close(resolve))
      for (const socket of sockets) socket.destroy()
      await ended
    },
  }
}

async function idle(budget: Budget): Promise<void> {
  if (budget.used === 0) return
  const patience = new AbortController()
  await Promise.race([
    new Promise<void>((resolve) => {
      budget.onIdle = resolve
    }),
    setTimeout(CLOSE_WITHIN, undefined, { signal: patience.signal, ref: false }).catch(() => undefined),
  ])
  patience.abort()
}
