import { expect, onTestFinished, test } from 'vitest'
import { Thread } from './thread.ts'

type Echo = {
  echo: { ask: string; answer: string }
  fail: { ask: null; answer: null }
  die: { ask: null; answer: null }
}

const source = `
  import { parentPort } from 'node:worker_threads'
  parentPort.on('message', ({ id, op, ask }) => {
    if (op === 'close') parentPort.close()
    else if (op === 'die') process.exit(3)
    else if (op === 'fail') parentPort.postMessage({ id, error: { code: 'data-damaged', message: 'torn', retry: false } })
    else parentPort.postMessage({ id, answer: ask })
  })`

function echo(once: boolean): Thread<Echo> {
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
  const thread = new Thread<Echo>({ url, name: 'echo', data: () => null, unavailable: 'log-unavailable', once })
  onTestFinished(() => thread.close())
  return thread
}

const failure = (error: unknown): unknown => error

test('answers come back to their calls, failures under their code', async () => {
  const thread = echo(false)
  expect(await Promise.all(['a', 'b', 'c'].map((word) => thread.call('echo', word)))).toEqual(['a', 'b', 'c'])
  expect(await thread.call('fail', null).catch(failure)).toMatchObject({
    code: 'data-damaged',
    message: 'torn',
    retry: false,
  })
})

test('when the thread dies its calls fail, and the next one starts another', async () => {
  const thread = echo(false)
  const lost = await Promise.all([thread.call('die', null).catch(failure), thread.call('echo', 'x').catch(failure)])
  for (const error of lost) expect(error).toMatchObject({ code: 'log-unavailable', retry: true })
  expect(await thread.call('echo', 'again')).toBe('again')
})

test('a thread that holds what no file does is not started twice', async () => {
  const thread = echo(true)
  await thread.call('die', null).catch(failure)
  expect(await thread.call('echo', 'x').catch(failure)).toMatchObject({ code: 'log-unavailable' })
})

test('after close calls are refused', async () => {
  const thread = echo(false)
  await thread.call('echo', 'x')
  await thread.close()
  expect(await thread.call('echo', 'x').catch(failure)).toMatchObject({ code: 'log-unavailable' })
})
