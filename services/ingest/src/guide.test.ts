// The guides for engineers of sensor gateways: their commands do what they say, in both languages.

import { readFileSync } from 'node:fs'
import { rejectionCodes } from '@tocsin/core/domain/rejected.ts'
import { connectAsync } from 'mqtt'
import { expect, test } from 'vitest'
import { harness } from './harness.test-support.ts'

const docs = new URL('../../../docs/', import.meta.url)
const guides = ['sensor-gateways.md', 'sensor-gateways.zh-CN.md']

/** The options of a mosquitto command on a page: `-t topic`, `-m 'payload'`. */
function command(page: string, name: string): Record<string, string> {
  const line = new RegExp(`^${name} (?:.*\\\\\\n)*.*$`, 'm').exec(page)?.[0] ?? ''
  const options = [...line.matchAll(/-([a-zA-Z]) (?:'([^']*)'|(\S+))/g)]
  return Object.fromEntries(options.map(([, flag = '', quoted, plain]) => [flag, quoted ?? plain ?? '']))
}

test.each(guides)('the commands of %s work', async (guide) => {
  const page = readFileSync(new URL(guide, docs), 'utf8')
  const h = await harness()
  try {
    const answered = command(page, 'mosquitto_rr')
    const pub = command(page, 'mosquitto_pub')
    const client = await connectAsync(`mqtt://${pub['h']}:${h.ingest.port}`, {
      clientId: pub['i'] ?? '',
      username: pub['u'] ?? '',
      password: pub['P'] ?? '',
      reconnectPeriod: 0,
    })
    await client.publishAsync(pub['t'] ?? '', pub['m'] ?? '', { qos: 1 })
    expect((await h.siteLog()).filter((record) => record.kind === 'readings')).toMatchObject([
      { site: 'cx-north', boot: 'b7f3', seq: 0, sensors: ['cx-GT-101'], values: [2.4] },
    ])
    const answer = new Promise<[string, Buffer]>((resolve) =>
      client.once('message', (...[to, text]) => resolve([to, text])),
    )
    await client.subscribeAsync(answered['e'] ?? '') // rejects on SUBACK 0x80
    await client.publishAsync(answered['t'] ?? '', answered['m'] ?? '', { qos: 1 })
    const [topic, payload] = await answer
    expect(topic).toBe(answered['e'])
    expect(JSON.parse(payload.toString())).toMatchObject({
      seq: 1,
      rejections: [{ code: 'unknown-sensor', field: 'tag' }],
    })
    await client.endAsync()
  } finally {
    await h.close()
  }
})

test.each(guides)('every code that %s names exists', (guide) => {
  const table = readFileSync(new URL(guide, docs), 'utf8').split('## ').at(-1) ?? ''
  const codes = [...table.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(6)
  expect(codes.filter((code) => !Object.hasOwn(rejectionCodes, code))).toEqual([])
})
