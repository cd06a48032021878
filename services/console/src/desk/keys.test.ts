import { expect, test } from 'vitest'
import { keyOf } from './keys.ts'

const plain = { isComposing: false, keyCode: 0, ctrlKey: false, metaKey: false, altKey: false }

test('keys are found in either case', () => {
  expect(keyOf({ ...plain, key: 'A' })).toBe('acknowledge')
  expect(keyOf({ ...plain, key: 'j' })).toBe('down')
  expect(keyOf({ ...plain, key: 'ArrowUp' })).toBe('up')
  expect(keyOf({ ...plain, key: 'x' })).toBeNull()
})

test('a key that belongs to an input method or to the browser is left alone', () => {
  expect(keyOf({ ...plain, key: 'a', isComposing: true })).toBeNull()
  expect(keyOf({ ...plain, key: 'a', keyCode: 229 })).toBeNull()
  expect(keyOf({ ...plain, key: 'a', ctrlKey: true })).toBeNull()
})
