/** A model for tests: the beginnings of stories, and what is asked about their ends. */

import type { BroadcastPolicyRule } from '../domain/site.ts'
import type { Message } from './book.ts'
import { Dispatcher, settle } from './model-dispatcher.ts'
import { find, MINUTE, villageA, World } from './model-world.ts'

const automatic: readonly BroadcastPolicyRule[] = [
  { severities: ['red', 'orange'], warning: 'automatic', allClear: 'approval' },
  { severities: ['blue'], warning: 'none', allClear: 'approval' },
]
export const A = 's1/sensor:g1/r/1'
export const B = 's2/sensor:g1/r/1'

export function start(policy: readonly BroadcastPolicyRule[] = automatic): { world: World; dispatcher: Dispatcher } {
  const world = new World(policy)
  world.mark()
  return { world, dispatcher: new Dispatcher(world) }
}

export function get(world: World, alarm: string, type: string): Message {
  const message = find(world.book(), alarm, type)
  if (!message) throw new Error(`no ${type} of ${alarm}`)
  return message
}

export function run(world: World, dispatcher: Dispatcher, minutes: number): void {
  for (let i = 0; i < minutes; i++) {
    world.pass(MINUTE)
    settle(world, dispatcher)
  }
}

export function heard(world: World, area: string): readonly string[] {
  return world.platform.heard.get(area) ?? []
}

/** A red alarm whose warning stands at the platform and was heard in village A. */
export function warned() {
  const { world, dispatcher } = start()
  world.raise(A, 'red')
  settle(world, dispatcher)
  const warning = get(world, A, 'warning')
  world.platform.play(warning.ebmId, villageA)
  world.pass(1000)
  settle(world, dispatcher)
  return { world, dispatcher, id: warning.ebmId }
}
