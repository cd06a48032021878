import { expect, test } from 'vitest'
import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import { cellsOf, shownByDefault, shortNumber, spokenBytes, sumStates, titled, villagesOf } from './cells.ts'

const area = (code: string, people: number) => ({ area: code, name: code, people, terminals: 3 })

function message(patch: Partial<MessageView>): MessageView {
  return {
    id: 'm',
    key: { alarm: 'a', type: 'warning', revision: 1 },
    platform: 'p',
    ebmId: '',
    state: 'playing',
    body: {
      site: 's',
      severity: 'red',
      title: '',
      text: '',
      eventType: '',
      areas: [area('1', 10), area('2', 20)],
      start: 0,
      end: 1,
      related: [],
    },
    approval: 'needed',
    requestedBy: null,
    requestedAt: 0,
    decidedBy: null,
    decidedAt: null,
    why: '',
    attempts: 1,
    sentAt: 5,
    closed: false,
    expired: false,
    cancel: null,
    allClear: null,
    areas: [{ area: '1', state: 'played', terminals: null, detail: '' }],
    log: [],
    ...patch,
  }
}

test('each state fills its cells; played is not heard, and what may have been is neither', () => {
  expect(cellsOf('playing', true)).toEqual(['f', 'f', 'f', ''])
  expect(cellsOf('pending', true)).toEqual(['f', '', '', ''])
  expect(cellsOf('pending', false)).toEqual(['', '', '', ''])
  expect(cellsOf('unreached', true)).toEqual(['x', '', '', ''])
  expect(cellsOf('maybe', true)).toEqual(['f', 'm', 'm', ''])
})

test('P7: a village without a receipt is pending, never left out', () => {
  const villages = villagesOf(message({}))
  expect(villages.map(({ receipt }) => receipt.state)).toEqual(['played', 'pending'])
  expect(sumStates(villages).get('pending')).toEqual({ villages: 1, people: 20 })
})

test('what is under way is shown before what is over, never what waits', () => {
  const waiting = message({ id: 'w', state: 'awaiting-approval' })
  const over = message({ id: 'o', state: 'played', closed: true })
  const playing = message({ id: 'p' })
  expect(shownByDefault([waiting, over, playing])?.id).toBe('p')
  expect(shownByDefault([waiting, over])?.id).toBe('o')
  expect(shownByDefault([waiting])).toBeUndefined()
})

test('a message is spoken of by its day and number', () => {
  expect(shortNumber('39999000000000103010101202611240004')).toBe('1124-0004')
  expect(shortNumber('')).toBe('')
})

test('a title does not say its type twice', () => {
  expect(titled('预警', '氯气泄漏')).toBe('预警 氯气泄漏')
  expect(titled('解除', '解除：氯气泄漏')).toBe('解除：氯气泄漏')
})

test('the text is counted as the platforms count it', () => {
  expect(spokenBytes('氯气 2.4')).toBe(8)
})
