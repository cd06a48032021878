// When a platform is asked: often while a message is young, not about what has nothing more to tell, slowly after silence.

import type { Message } from '@tocsin/core/broadcasts/book.ts'
import { Dispatcher, settle } from '@tocsin/core/broadcasts/model-dispatcher.ts'
import { World } from '@tocsin/core/broadcasts/model-world.ts'
import { expect, test } from 'vitest'
import { Polling } from './polling.ts'
import { defaultStageSettings } from './settings.ts'

function messages(): { warning: Message; cancel: Message } {
  const world = new World([{ severities: ['red'], warning: 'automatic', allClear: 'approval' }])
  world.mark()
  const dispatcher = new Dispatcher(world)
  world.raise('s1/sensor:g1/r/1', 'red')
  settle(world, dispatcher)
  const [first] = world.book().messages.values()
  if (first) world.act('stop', first)
  settle(world, dispatcher)
  const all = [...world.book().messages.values()]
  const [warning] = all
  const cancel = all.find(({ key }) => key.type === 'cancel')
  if (!warning || !cancel) throw new Error('no cancel')
  return { warning, cancel }
}

test('each second at first, then each five; a cancel that was answered is not asked about', () => {
  const { warning, cancel } = messages()
  const polling = new Polling(defaultStageSettings)
  expect(polling.due(warning, 0)).toBe(true)
  polling.answered(warning.id, 0)
  polling.answered(cancel.id, 0)
  expect([polling.due(warning, 999), polling.due(warning, 1000)]).toEqual([false, true])
  expect(polling.nextAt([warning, cancel], 10)).toBe(1000)
  expect(polling.nextAt([cancel], 10)).toBe(Infinity)
  polling.answered(warning.id, 70_000)
  // every area is known by now: it is only watched for what comes late
  expect(polling.nextAt([warning], 70_000)).toBeGreaterThan(70_000 + 1000)
})

test('after calls without an answer the pauses grow, to a limit', () => {
  const { warning } = messages()
  const polling = new Polling(defaultStageSettings)
  const pauses: number[] = []
  for (let i = 0; i < 7; i++) {
    polling.failed(warning.id, 0)
    let now = 0
    while (!polling.ready(now)) now += 50
    pauses.push(now)
  }
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000])
  polling.answered(warning.id, 10)
  expect(polling.ready(10)).toBe(true)
})
