// What is proposed, by policy and by request, and what is not (P4).

import { describe, expect, test } from 'vitest'
import { foldJournal, newAlarmFacts } from './alarm-facts.ts'
import { settle } from './model-dispatcher.ts'
import { A, B, get, heard, run, start, warned } from './model-story.ts'
import { platform, villageA, type World } from './model-world.ts'
import { propose } from './propose.ts'

/** Appends all that is proposed while the registry has no site. */
function proposeWithoutSites(world: World): void {
  const facts = newAlarmFacts()
  for (const record of world.journal) foldJournal(facts, 0, record)
  for (;;) {
    const book = world.book()
    const record = propose({
      book,
      facts,
      platform,
      policy: world.policy,
      site: () => undefined,
      mark: () => facts.marks.get(0),
      claim: book.claim ?? '',
      wall: world.now,
      boot: '',
      due: () => true,
      network: true,
      settings: world.settings,
    })
    if (!record) return
    world.log.push(record)
  }
}

describe('what is proposed', () => {
  test('without a policy everything needs an approval, and is sent once it has one', () => {
    const { world, dispatcher } = start([])
    world.raise(A, 'blue')
    settle(world, dispatcher)
    expect(get(world, A, 'warning').state).toBe('awaiting-approval')
    expect(world.sent).toHaveLength(0)
    world.act('approve', get(world, A, 'warning'))
    settle(world, dispatcher)
    expect(world.sent).toHaveLength(1)
  })

  test('policy none and an alarm without a colour propose nothing', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'blue')
    world.raise(B, null)
    settle(world, dispatcher)
    expect(world.book().messages.size).toBe(0)
  })

  test('P4: a late alarm proposes nothing by itself; a request does, and the requester may not approve it', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'red', 90_000)
    settle(world, dispatcher)
    expect(world.book().messages.size).toBe(0)
    world.request(A, 'u-1')
    settle(world, dispatcher)
    const message = get(world, A, 'warning')
    expect([message.approval, message.requestedBy, message.state]).toEqual(['needed', 'u-1', 'awaiting-approval'])
    world.act('approve', message, 'u-1')
    settle(world, dispatcher)
    expect(get(world, A, 'warning').log.at(-1)).toMatchObject({ what: 'approve-refused', detail: 'own-request' })
    world.act('approve', message, 'u-2')
    settle(world, dispatcher)
    expect(world.sent).toHaveLength(1)
    expect(world.book().requests.size).toBe(0)
  })

  test('a request for an alarm that is over is refused', () => {
    const { world, dispatcher } = start([])
    world.request(A)
    settle(world, dispatcher)
    expect(world.book().faults[0]?.code).toBe('request-refused')
  })

  test('a graver severity while a warning is out becomes an update, and the warning is cancelled', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'orange')
    settle(world, dispatcher)
    world.escalate(A, 'red')
    settle(world, dispatcher)
    const update = get(world, A, 'update')
    expect(update.body.related).toEqual([get(world, A, 'warning').id])
    expect(world.sent.map(({ message }) => message.type)).toEqual(['warning', 'update', 'cancel'])
    run(world, dispatcher, 31)
    expect(get(world, A, 'warning').closed).toBe('superseded')
  })

  test('a graver severity while the warning waits for approval replaces it', () => {
    const { world, dispatcher } = start([])
    world.raise(A, 'orange')
    settle(world, dispatcher)
    world.escalate(A, 'red')
    settle(world, dispatcher)
    const messages = [...world.book().messages.values()]
    expect(messages.map(({ key, state }) => [key.type, key.revision, state])).toEqual([
      ['warning', 1, 'superseded'],
      ['warning', 2, 'awaiting-approval'],
    ])
  })

  test('an alarm that ends before the warning went out closes it', () => {
    for (const end of ['clear', 'withdraw'] as const) {
      const { world, dispatcher } = start([])
      world.raise(A, 'red')
      settle(world, dispatcher)
      world[end](A)
      settle(world, dispatcher)
      expect(get(world, A, 'warning').closed).toBe('alarm-over')
      expect(world.book().messages.size).toBe(1)
    }
  })

  test('P7: a stopped warning of a site that left the registry is lifted in its own words, once a person releases it', () => {
    const { world, dispatcher } = warned()
    world.withdraw(A)
    proposeWithoutSites(world)
    expect(world.book().messages.size).toBe(1)
    world.act('stop', get(world, A, 'warning'))
    proposeWithoutSites(world)
    const warning = get(world, A, 'warning')
    const allClear = get(world, A, 'all-clear')
    expect(allClear.body).toMatchObject({
      site: 's1',
      title: '撤销：澄溪化工北厂氯气泄漏红色预警',
      text: '邵屏市应急管理局通知：此前播发的澄溪化工北厂氯气泄漏红色预警已撤销。请周边村民留意后续通知。',
      severity: 'red',
      eventType: warning.body.eventType,
      related: [warning.id],
    })
    expect([allClear.approval, allClear.requestedBy]).toEqual(['needed', null])
    settle(world, dispatcher)
    world.act('approve', get(world, A, 'all-clear'))
    run(world, dispatcher, 31)
    expect(heard(world, villageA)).toEqual([`W${warning.ebmId}`, `L${allClear.ebmId}`])
    expect([...world.book().messages.values()].map(({ key }) => key.type)).toEqual(['warning', 'cancel', 'all-clear'])
  })

  test('P7: of a site that left the registry too, a rejected all-clear is asked for anew after a stop', () => {
    const { world, dispatcher } = warned()
    world.clear(A)
    proposeWithoutSites(world)
    const first = get(world, A, 'all-clear')
    expect(first.body.title).toBe('解除：澄溪化工北厂氯气泄漏红色预警')
    world.act('reject', first)
    settle(world, dispatcher)
    proposeWithoutSites(world)
    expect(get(world, A, 'all-clear').id).toBe(first.id)
    world.act('stop', get(world, A, 'warning'))
    proposeWithoutSites(world)
    expect(get(world, A, 'all-clear').key).toEqual({ ...first.key, round: 1 })
  })
})
