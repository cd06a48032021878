// What the intake promises to a sensor gateway, told by real sockets: PUBACK after the handler, in order, and no message
// or peer that hurts another.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { connectAsync } from 'mqtt'
import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { harness, login } from './intake-harness.test-support.ts'
import { connectPacket, publishPacket, rawClient } from './raw-client.test-support.ts'

test('M1: PUBACK only after the handler, in the order of the messages', async () => {
  const { intake, messages, until } = await harness(true)
  const client = await login(intake.port, 'gw-1')
  for (const id of [1, 2, 3]) client.send(publishPacket(id, `m${id}`))
  await until(() => messages.length === 3)
  expect(messages.map(({ message }) => Buffer.from(message.payload).toString())).toEqual(['m1', 'm2', 'm3'])
  // a PINGRESP that overtakes shows that no PUBACK has been written, and that waiting messages do not stop the reading
  client.send({ cmd: 'pingreq' })
  expect(await client.next()).toMatchObject({ cmd: 'pingresp' })
  messages[1]?.durable()
  messages[2]?.durable()
  client.send({ cmd: 'pingreq' })
  expect(await client.next()).toMatchObject({ cmd: 'pingresp' })
  messages[0]?.durable()
  for (const id of [1, 2, 3]) expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: id })
  client.destroy()
})

test('what a client sends while its login is being checked is not lost', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const checking: string[] = []
  const { intake, messages, until } = await harness(false, {
    authenticate: async ({ clientId, username }) => {
      checking.push(clientId)
      if (clientId === 'gw-1') await promise
      return { identity: { enterprise: username, gateway: clientId }, secretId: 'first' }
    },
  })
  const client = await rawClient(intake.port)
  client.send(connectPacket('gw-1'))
  await until(() => checking.length === 1)
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'errors/gw-1', qos: 1 }] })
  // another one's whole login and answer: the subscription has arrived by then, and waits
  const other = await login(intake.port, 'gw-2')
  other.send({ cmd: 'pingreq' })
  expect(await other.next()).toMatchObject({ cmd: 'pingresp' })
  client.send(publishPacket(2, 'early'))
  other.send({ cmd: 'pingreq' })
  expect(await other.next()).toMatchObject({ cmd: 'pingresp' })
  resolve()
  expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
  const answers = [await client.next(), await client.next()].map(({ cmd }) => cmd)
  expect(answers.toSorted()).toEqual(['puback', 'suback'])
  expect(messages.length).toBe(1)
})

test('QoS 2 is taken with its full handshake, QoS 0 without an answer', async () => {
  const { intake, messages, until } = await harness(false)
  const client = await connectAsync(`mqtt://127.0.0.1:${intake.port}`, {
    clientId: 'gw-1',
    username: 'cx-chem',
    password: 'secret',
    reconnectPeriod: 0,
  })
  await client.publishAsync('a', 'twice', { qos: 2 })
  await client.publishAsync('a', 'once', { qos: 0 })
  await until(() => messages.length === 2)
  expect(messages.map(({ message }) => Buffer.from(message.payload).toString())).toEqual(['twice', 'once'])
  await client.endAsync()
})

test('a refused login hears why', async () => {
  const { intake, events } = await harness(false)
  const wrong = await rawClient(intake.port)
  wrong.send(connectPacket('gw-1', { password: Buffer.from('guess') }))
  expect(await wrong.next()).toMatchObject({ cmd: 'connack', returnCode: 4 })
  await wrong.closed
  const stranger = await rawClient(intake.port)
  stranger.send(connectPacket('unknown'))
  expect(await stranger.next()).toMatchObject({ cmd: 'connack', returnCode: 5 })
  await stranger.closed
  expect(events).toEqual(['gw-1 refused: bad-credentials', 'unknown refused: not-authorized'])
  expect(intake.stats()).toMatchObject({ connections: 0, refusedLogins: 2, protocolErrors: 0 })
})

test('a failing check of credentials refuses as unavailable', async () => {
  const { intake } = await harness(false, { authenticate: () => Promise.reject(new Error('file gone')) })
  const client = await rawClient(intake.port)
  client.send(connectPacket('gw-1'))
  expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 3 })
})

test('a second login takes the first over, and its will and end bear the first connection', async () => {
  const { intake, events, messages, until } = await harness(false)
  const first = await login(intake.port, 'gw-1', {
    will: { topic: 'status', payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  const second = await login(intake.port, 'gw-1')
  await first.closed
  await until(() => events.length === 3)
  expect(events).toEqual(['gw-1 online boot.1', 'gw-1 offline boot.1 taken-over', 'gw-1 online boot.2'])
  expect(messages.map(({ message }) => message)).toMatchObject([{ will: true, topic: 'status', connection: 'boot.1' }])
  second.send({ cmd: 'pingreq' })
  expect(await second.next()).toMatchObject({ cmd: 'pingresp' })
  second.send({ cmd: 'disconnect' })
  await until(() => events.includes('gw-1 offline boot.2 close clean'))
})

test('only the own error topic can be subscribed, and it reaches the subscriber', async () => {
  const { intake } = await harness(false)
  const client = await login(intake.port, 'gw-1')
  expect(intake.publishError('gw-1', Buffer.from('early'))).toBe(false)
  client.send({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: [
      { topic: 'errors/gw-2', qos: 1 },
      { topic: '#', qos: 0 },
      { topic: '$SYS/#', qos: 0 },
      { topic: 'errors/gw-1', qos: 1 },
    ],
  })
  expect(await client.next()).toMatchObject({ cmd: 'suback', granted: [128, 128, 128, 1] })
  expect(intake.publishError('gw-1', Buffer.from('{"v":1}'))).toBe(true)
  const heard = await client.next()
  expect(heard).toMatchObject({ cmd: 'publish', topic: 'errors/gw-1', retain: false })
  expect(heard.cmd === 'publish' && heard.payload.toString()).toBe('{"v":1}')
  expect(intake.publishError('gw-2', Buffer.from('x'))).toBe(false)
})

test('nothing that a client publishes reaches another, retained or under $SYS', async () => {
  const { intake, messages } = await harness(false)
  const victim = await login(intake.port, 'gw-1')
  victim.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'errors/gw-1', qos: 1 }] })
  expect(await victim.next()).toMatchObject({ cmd: 'suback' })
  const other = await login(intake.port, 'gw-2')
  for (const [i, topic] of ['errors/gw-1', '$SYS/x/new/clients'].entries()) {
    other.send({ cmd: 'publish', topic, payload: 'gw-1', qos: 1, messageId: i + 1, dup: false, retain: true })
    expect(await other.next()).toMatchObject({ cmd: 'puback', messageId: i + 1 })
  }
  expect(messages.map(({ message }) => message.topic)).toEqual(['errors/gw-1', '$SYS/x/new/clients'])
  victim.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'errors/gw-1', qos: 1 }] })
  expect(await victim.next()).toMatchObject({ cmd: 'suback' })
  victim.send({ cmd: 'pingreq' })
  expect(await victim.next()).toMatchObject({ cmd: 'pingresp' })
})

test('10 MB are handed over truncated and acknowledged; the connection lives', async () => {
  const { intake, messages } = await harness(false)
  const client = await login(intake.port, 'gw-1')
  const payload = Buffer.alloc(10_000_000, '[')
  client.send(publishPacket(1, payload))
  client.send(publishPacket(2, 'small'))
  expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
  expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 2 })
  const [big, small] = messages.map(({ message }) => message)
  expect(big?.payload.length).toBe(65_536)
  expect(big?.truncated).toEqual({ length: 10_000_000, sha256: createHash('sha256').update(payload).digest('hex') })
  expect(small?.truncated).toBe(null)
})

test('half a packet and then none: the client is named, nothing is handed over', async () => {
  const { intake, events, messages, until } = await harness(false)
  const client = await login(intake.port, 'gw-1')
  const whole = generate(publishPacket(1, 'hello'))
  client.write(whole.subarray(0, whole.length - 2))
  client.send({ cmd: 'pingreq' }) // its two bytes complete the packet, so the connection goes on
  expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
  client.write(whole.subarray(0, 7))
  client.destroy()
  await until(() => events.length === 3)
  expect(events.slice(1)).toEqual([
    'gw-1 broke MQTT: the connection ended inside a packet',
    'gw-1 offline boot.1 close',
  ])
  expect(messages.length).toBe(1)
})

test.each([
  ['bytes of another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a packet type that only a server sends', Buffer.from([0x20, 2, 0, 0])],
  ['a second CONNECT', generate(connectPacket('gw-1'))],
  ['a topic with a wildcard', generate(publishPacket(1, 'x', 'a/#'))],
  ['QoS 3', Buffer.from([0x36, 3, 0, 1, 0x61])],
])('%s closes that connection and no other', async (_name, bytes) => {
  const { intake, events, until } = await harness(false)
  const bystander = await login(intake.port, 'gw-2')
  const client = await login(intake.port, 'gw-1')
  client.write(bytes)
  await client.closed
  await until(() => events.length === 4)
  expect(events[2]).toMatch(/^gw-1 broke MQTT: /)
  expect(events[3]).toBe('gw-1 offline boot.2 close')
  expect(intake.stats().protocolErrors).toBe(1)
  bystander.send(publishPacket(1, 'still here'))
  expect(await bystander.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
})

test('bytes before any login are no one’s: counted, not reported', async () => {
  const { intake, events } = await harness(false)
  const client = await rawClient(intake.port)
  client.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  await client.closed
  expect(events).toEqual([])
  expect(intake.stats().protocolErrors).toBe(1)
})

test('what is on its way is bounded; when there is room everything comes, in order', async () => {
  const { intake, messages, until } = await harness(true, { maxOutstanding: { client: 200_000, total: 300_000 } })
  const clients = [await login(intake.port, 'gw-1'), await login(intake.port, 'gw-2')]
  const count = 3_000
  const pad = 'x'.repeat(1_000)
  for (const client of clients) {
    for (let id = 1; id <= count; id++) client.send(publishPacket(id, `${id}:${pad}`))
  }
  await until(() => intake.stats().held === 2)
  // each may overshoot by what one read can bring
  expect(intake.stats().outstandingBytes).toBeLessThan(300_000 + 2 * 120_000)
  let next = 0
  while (next < 2 * count) {
    await until(() => messages.length > next)
    for (; next < messages.length; next++) messages[next]?.durable()
    expect(intake.stats().outstandingBytes).toBeLessThan(300_000 + 2 * 120_000)
  }
  for (const client of clients) {
    for (let id = 1; id <= count; id++) expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: id })
    client.destroy()
  }
  const first = messages.filter(({ message }) => message.identity.gateway === 'gw-1')
  expect(first.map(({ message }) => Number.parseInt(Buffer.from(message.payload).toString()))).toEqual(
    Array.from({ length: count }, (_, i) => i + 1),
  )
})

test('a handler that rejects closes the connection without PUBACK', async () => {
  const { intake, events, until } = await harness(false, { handle: () => Promise.reject(new Error('stopping')) })
  const client = await login(intake.port, 'gw-1')
  client.send(publishPacket(1, 'x'))
  await expect(client.next()).rejects.toThrow('closed')
  await until(() => events.includes('gw-1 offline boot.1 close'))
  expect(intake.stats().protocolErrors).toBe(0)
})

test('keep alive: a silent client is closed, its will given out', async () => {
  const { intake, events, messages, until } = await harness(false)
  const client = await login(intake.port, 'gw-1', {
    keepalive: 1,
    will: { topic: 'status', payload: Buffer.from('offline'), qos: 1, retain: false },
  })
  await client.closed
  await until(() => events.length === 2)
  expect(events[1]).toBe('gw-1 offline boot.1 close')
  expect(messages[0]?.message).toMatchObject({ will: true, connection: 'boot.1' })
})

test('M3: a connection that ends while its messages wait for the log ended because of us', async () => {
  let now = 0
  const clock = { wall: Date.now, mono: () => now }
  const { intake, events, messages, until } = await harness(true, { clock })
  const client = await login(intake.port, 'gw-1')
  client.send(publishPacket(1, 'x'))
  await until(() => messages.length === 1)
  now += 6_000
  client.destroy()
  await until(() => events.length === 2)
  expect(events[1]).toBe('gw-1 offline boot.1 stall')
  messages[0]?.durable()
  // the room it took is given back although nobody is there to hear the PUBACK
  await until(() => intake.stats().outstandingBytes === 0)
  expect(intake.stats().connections).toBe(0)
})

test('revoke closes the sessions that are over, and no other; what they sent is stored and not acknowledged', async () => {
  const { intake, events, messages, until } = await harness(true)
  const client = await login(intake.port, 'gw-1', {
    will: { topic: 'status', payload: Buffer.from('offline'), qos: 1, retain: false },
  })
  const other = await login(intake.port, 'gw-2')
  client.send(publishPacket(1, 'last'))
  await until(() => messages.length === 1)
  expect(intake.revoke(({ secretId }) => secretId !== 'first')).toEqual([])
  expect(intake.revoke(({ identity }) => identity.gateway === 'gw-1')).toMatchObject([{ connection: 'boot.1' }])
  await client.closed
  await until(() => events.length === 3)
  expect(events[2]).toBe('gw-1 offline boot.1 revoked')
  expect(messages[1]?.message).toMatchObject({ will: true, connection: 'boot.1' })
  messages[0]?.durable()
  await until(() => intake.stats().outstandingBytes === 0)
  expect(intake.revoke(({ identity }) => identity.gateway === 'gw-1')).toEqual([])
  other.send({ cmd: 'pingreq' })
  expect(await other.next()).toMatchObject({ cmd: 'pingresp' })
})

test('close lets what was accepted become durable and be acknowledged, and gives out no will', async () => {
  const { intake, events, messages, until } = await harness(true)
  const client = await login(intake.port, 'gw-1', {
    will: { topic: 'status', payload: Buffer.from('offline'), qos: 1, retain: false },
  })
  client.send(publishPacket(1, 'last'))
  await until(() => messages.length === 1)
  const closed = intake.close()
  messages[0]?.durable()
  expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
  await closed
  expect(events).toEqual(['gw-1 online boot.1', 'gw-1 offline boot.1 stopped'])
  expect(messages.length).toBe(1)
})

test('a taken port and an open door are refused with what to do', async () => {
  const blocker = net.createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const address = blocker.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(harness(false, { port })).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(`port ${port}`) as string,
  })
  await new Promise((resolve) => blocker.close(resolve))
  await expect(harness(false, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'insecure-listener' })
})

test('with a certificate the listener speaks TLS', async () => {
  const pem = (name: string) => readFileSync(new URL(`../testdata/listener.${name}.pem`, import.meta.url), 'utf8')
  const { intake, messages } = await harness(false, { tls: { cert: pem('cert'), key: pem('key') }, host: '0.0.0.0' })
  const client = await connectAsync(`mqtts://localhost:${intake.port}`, {
    clientId: 'gw-1',
    username: 'cx-chem',
    password: 'secret',
    ca: pem('cert'),
    reconnectPeriod: 0,
  })
  await client.publishAsync('a', 'sealed', { qos: 1 })
  expect(messages.length).toBe(1)
  await client.endAsync()
})
