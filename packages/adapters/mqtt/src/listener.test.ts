import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { listen } from './listener.ts'

test('who connects to the TLS listener and does not begin its handshake is cut off within seconds', async () => {
  const pem = (name: string) => readFileSync(new URL(`../testdata/listener.${name}.pem`, import.meta.url), 'utf8')
  const tls = { cert: pem('cert'), key: pem('key') }
  let accepted = 0
  const listener = await listen({ host: '127.0.0.1', port: 0, tls, insecure: false }, () => accepted++)
  const socket = connect(listener.port, '127.0.0.1').resume()
  await new Promise((resolve) => socket.once('close', resolve))
  await listener.close()
  expect(accepted).toBe(0)
}, 20_000)
