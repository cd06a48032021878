/** What tests of the API share: a gateway over a journal that an engine has claimed, and how an answer is read. */

import { type Bench, createBench, type Running } from './bench.ts'

export async function ready(
  settings: Parameters<Bench['start']>[0] = {},
): Promise<{ readonly bench: Bench; readonly gateway: Running }> {
  const bench = await createBench()
  await bench.journal.claim('a')
  const gateway = await bench.start(settings)
  return { bench, gateway }
}

/** The problem's code; null: the answer is none. */
export function codeOf(answer: { json(): unknown }): unknown {
  const body = answer.json()
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : null
}
