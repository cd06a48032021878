// Topics of contract v1: golden forms, round trips, and what is not in the contract.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorsTopic, parseTopic, readingsTopic, statusTopic } from './mqtt-topics-v1.ts'

test('the three topics', () => {
  expect(readingsTopic('cx-chem', 'cx-north')).toBe('tocsin/v1/cx-chem/cx-north/readings')
  expect(statusTopic('cx-chem', 'cx-gw-1')).toBe('tocsin/v1/cx-chem/status/cx-gw-1')
  expect(errorsTopic('cx-chem', 'cx-gw-1')).toBe('tocsin/v1/cx-chem/errors/cx-gw-1')
})

const id = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .filter((text) => text !== 'status' && text !== 'errors')

test('a topic is read as it was written', () => {
  fc.assert(
    fc.property(id, id, (enterprise, name) => {
      expect(parseTopic(readingsTopic(enterprise, name))).toEqual({
        ok: true,
        value: { kind: 'readings', enterprise, site: name },
      })
      expect(parseTopic(statusTopic(enterprise, name))).toEqual({
        ok: true,
        value: { kind: 'status', enterprise, gateway: name },
      })
      expect(parseTopic(errorsTopic(enterprise, name))).toEqual({
        ok: true,
        value: { kind: 'errors', enterprise, gateway: name },
      })
    }),
  )
})

test.each([
  '',
  'readings',
  'tocsin/v2/cx-chem/cx-north/readings',
  'tocsin/v1/cx-chem/cx-north/readings/extra',
  'tocsin/v1/cx-chem/cx-north/writings',
  'tocsin/v1/cx-chem//readings',
  'tocsin/v1//cx-north/readings',
  'tocsin/v1/澄溪/cx-north/readings',
  'tocsin/v1/cx-chem/status/',
  '$SYS/broker/uptime',
])('"%s" is not in the contract', (topic) => {
  expect(parseTopic(topic).ok).toBe(false)
})
