import { expect, test } from 'vitest'
import { findUnlicensed, isAllowed, parseLicences } from './licences.ts'

test.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT', 'BlueOak-1.0.0'])(
  '%s is allowed',
  (licence) => {
    expect(isAllowed(licence)).toBe(true)
  },
)

test.each(['GPL-3.0', 'MIT AND LGPL-3.0', 'MPL-2.0', 'Unknown', 'SEE LICENSE IN LICENSE.md', ''])(
  '%s is not allowed',
  (licence) => {
    expect(isAllowed(licence)).toBe(false)
  },
)

test('an offender is named with its versions and licence', () => {
  const json = JSON.stringify({
    MIT: [{ name: 'zod', versions: ['4.6.7'], license: 'MIT' }],
    'GPL-3.0': [{ name: 'copyleft', versions: ['1.0.0', '2.0.0'], license: 'GPL-3.0' }],
  })
  expect(findUnlicensed(parseLicences(json))).toEqual(['copyleft 1.0.0, 2.0.0: GPL-3.0 is not on the list of licences'])
})

test('another shape than expected is an error, not an empty list', () => {
  expect(() => parseLicences('{"MIT":[{}]}')).toThrow(TypeError)
  expect(() => parseLicences('{"MIT":1}')).toThrow(TypeError)
  expect(() => parseLicences('null')).toThrow(TypeError)
})
