// The documents say what the code does: every route and code of the gateway, every error code of the core.

import { readFileSync } from 'node:fs'
import { errorCodes } from '@tocsin/core/domain/errors.ts'
import { closeCodes, decodeClientFrame } from '@tocsin/wire/feed-v1.ts'
import { expect, test } from 'vitest'
import { problemCodes } from './problem.ts'
import { createBench } from './testing/bench.ts'

const doc = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

test('docs/errors.md has every error code with its meaning, and no other', () => {
  const rows = [...doc('errors.md').matchAll(/^\| `([a-z-]+)` \| (.+?) \|/gm)].map(([, code, meaning]) => [
    code,
    meaning,
  ])
  expect(rows).toEqual(Object.entries(errorCodes))
})

test('docs/gateway-api.md has every problem with its status, and every close code', () => {
  const text = doc('gateway-api.md')
  const rows = [...text.matchAll(/^\| ([a-z-]+) \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)])
  expect(rows).toEqual(Object.entries(problemCodes).map(([code, [status]]) => [code, status]))
  for (const code of Object.values(closeCodes)) expect(text).toContain(`| ${code} |`)
})

test("docs/gateway-api.md has every route, and its examples are the feed's", async () => {
  const text = doc('gateway-api.md')
  const bench = await createBench()
  const { routes } = await bench.start()
  for (const route of routes) expect(text).toContain(route.replace(':id', '{id}'))
  const examples = [...text.matchAll(/```json\n(.+?)\n```/gs)].map(([, example]) => example ?? '')
  expect(examples.length).toBeGreaterThan(1)
  for (const example of examples) expect(decodeClientFrame(example)).toMatchObject({ ok: true })
})
