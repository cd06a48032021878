/** An intake whose messages become durable when a test says so, and a client that has logged in. */

import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import type { IntakeMessage, IntakeOptions, MqttIntake } from './intake-options.ts'
import { mqttIntake } from './mqtt-intake.ts'
import { connectPacket, rawClient, type RawClient } from './raw-client.test-support.ts'

interface Held {
  readonly message: IntakeMessage
  readonly durable: () => void
}

interface Harness {
  readonly intake: MqttIntake
  /** Every message in the order of arrival; with `hold`, durable only when told. */
  readonly messages: Held[]
  readonly events: string[]
  readonly until: (condition: () => boolean) => Promise<void>
}

export async function harness(hold: boolean, options: Partial<IntakeOptions> = {}): Promise<Harness> {
  const messages: Held[] = []
  const events: string[] = []
  const note = (event: string) => events.push(event)
  let n = 0
  const intake = await mqttIntake({
    host: '127.0.0.1',
    port: 0,
    insecure: false,
    maxPayload: 100_000,
    clock: { wall: Date.now, mono: () => performance.now() },
    nextConnection: () => `boot.${++n}`,
    authenticate: async ({ clientId, username, password }) =>
      Buffer.from(password).toString() !== 'secret'
        ? 'bad-credentials'
        : clientId.startsWith('gw')
          ? { identity: { enterprise: username, gateway: clientId }, secretId: 'first' }
          : 'not-authorized',
    handle: (message) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      messages.push({ message, durable: resolve })
      if (!hold) resolve()
      return promise
    },
    onConnect: ({ connection, identity }) => note(`${identity.gateway} online ${connection}`),
    onDisconnect: ({ connection, identity }, cause, clean) =>
      note(`${identity.gateway} offline ${connection} ${cause}${clean ? ' clean' : ''}`),
    onProtocolError: ({ identity }, detail) => note(`${identity.gateway} broke MQTT: ${detail}`),
    onRefused: ({ clientId }, refusal) => note(`${clientId} refused: ${refusal}`),
    errorsTopic: ({ gateway }) => `errors/${gateway}`,
    ...options,
  })
  onTestFinished(() => intake.close())
  const until = async (condition: () => boolean) => {
    while (!condition()) await setImmediate()
  }
  return { intake, messages, events, until }
}

export async function login(port: number, clientId: string, extra = {}): Promise<RawClient> {
  const client = await rawClient(port)
  client.send(connectPacket(clientId, extra))
  expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
  return client
}
