// The one origin: the console's files and their headers, who may listen where.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createBench } from '../testing/bench.ts'
import { openFeed } from '../testing/feed-client.ts'

test('the console: page, hashed files, headers; API paths are not pages', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-console-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>警钟</title>')
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), '1')
  const bench = await createBench()
  const gateway = await bench.start({}, { consoleFolder: folder })
  for (const path of ['/', '/alarms/x', '/sites']) {
    const page = await gateway.get(path)
    expect(page.text).toContain('警钟')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  }
  expect((await gateway.get('/assets/app-1a2b.js')).headers.get('cache-control')).toContain('immutable')
  expect((await gateway.get('/assets/none.js')).status).toBe(404)
  expect((await gateway.get('/api/none')).status).toBe(404)
  expect((await gateway.get('/../compose.ts')).text).not.toContain('composeGateway')
  expect((await gateway.get('/healthz')).text).toBe('ok')
})

test('plain HTTP stays on this machine unless that is set; a taken port is named', async () => {
  const bench = await createBench()
  const outside = bench.start({ host: '0.0.0.0' })
  await expect(outside).rejects.toMatchObject({ code: 'insecure-listener' })
  const open = await bench.start({ host: '0.0.0.0', insecure: true })
  const feed = await openFeed(open.url, { cookie: await open.login('viewer') })
  expect((await feed.frame('snapshot')).system.insecure).toEqual([expect.stringContaining('http://0.0.0.0')])
  const port = Number(new URL(open.url).port)
  const taken = await bench.start({ host: '0.0.0.0', insecure: true, port }).catch((error: unknown) => error)
  expect(taken).toMatchObject({ code: 'port-taken' })
  expect(String(taken)).toContain(`0.0.0.0:${port} is in use`)
  await expect(bench.start({ tls: { cert: '/none.pem', key: '/none.pem' } })).rejects.toMatchObject({
    code: 'config-invalid',
  })
})
