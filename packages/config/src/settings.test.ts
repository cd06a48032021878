import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { expect, test } from 'vitest'
import { redact } from './redact.ts'
import { isLoopback, loadSettings, type SettingsSources } from './settings.ts'
import { folderWith } from './testing.ts'

function load(yaml: string | null, given: Partial<SettingsSources> = {}) {
  const cwd = folderWith(yaml === null ? {} : { 'tocsin.yaml': yaml })
  return { cwd, settings: loadSettings({ env: {}, overrides: [], cwd, ...given }) }
}

function problemsOf(yaml: string | null, given: Partial<SettingsSources> = {}): string[] {
  const cwd = folderWith(yaml === null ? {} : { 'tocsin.yaml': yaml })
  try {
    loadSettings({ env: {}, overrides: [], cwd, ...given })
  } catch (error) {
    if (error instanceof TocsinError && error.code === 'config-invalid')
      return error.message.replaceAll(`${cwd}/`, '').split('\n')
    throw error
  }
  return []
}

test('without a file there are the defaults, its folders in the working folder', () => {
  const { cwd, settings } = load(null)
  expect(settings).toMatchObject({
    data: `${cwd}/var`,
    registry: `${cwd}/var/registry`,
    rules: { packs: ['hazchem', 'coal', 'tailings'], paths: [] },
    mqtt: { host: '127.0.0.1', port: 1883, tls: null, insecure: false, maxPayload: 1_048_576 },
    http: { host: '127.0.0.1', port: 8080, tls: null, insecure: false },
    log: { partitions: 2 },
    history: { retentionDays: 90 },
    broadcast: { timeoutMs: 20_000, staleIntentMinutes: 10 },
    logLevel: 'info',
  })
})

test('the file, then the environment, then --set: the last one wins, field by field', () => {
  const yaml =
    'mqtt:\n  port: 1\n  maxPayload: 4096\nhttp: { port: 1, tls: { cert: c.pem, key: k.pem } }\nbroadcast: { timeoutMs: 5s }\n'
  const { cwd, settings } = load(yaml, {
    env: { TOCSIN_MQTT_PORT: '2', TOCSIN_HTTP_PORT: '2', TOCSIN_HTTP_TLS_KEY: '/keys/k.pem', PATH: '/bin' },
    overrides: ['http.port=3', 'rules.packs=[coal]', 'logLevel=debug'],
  })
  expect(settings).toMatchObject({
    rules: { packs: ['coal'] },
    mqtt: { port: 2, maxPayload: 4096 },
    http: { port: 3, tls: { cert: `${cwd}/c.pem`, key: '/keys/k.pem' } },
    broadcast: { timeoutMs: 5000 },
    logLevel: 'debug',
  })
})

test("paths in a file start at the file's folder, others at the caller's", () => {
  const folder = folderWith({ 'etc/tocsin.yaml': 'data: ../data\nrules: { paths: [own.yaml] }\n' })
  const settings = loadSettings({ file: 'etc/tocsin.yaml', env: {}, overrides: ['registry=here'], cwd: folder })
  expect(settings).toMatchObject({
    data: `${folder}/data`,
    registry: `${folder}/here`,
    rules: { paths: [`${folder}/etc/own.yaml`] },
  })
})

test.for([
  [
    'mqtt: { prot: 1 }\n',
    'tocsin.yaml:1:9 mqtt.prot: expected one of the fields host, port, tls, insecure, maxPayload, found the unknown field "prot" (did you mean "port"?)',
  ],
  ['mqtt: { port: 70000 }\n', 'tocsin.yaml:1:15 mqtt.port: expected at most 65535, found 70000'],
  [
    'broadcast:\n  timeoutMs: soon\n',
    'tocsin.yaml:2:14 broadcast.timeoutMs: expected a duration such as 30s, 5m, 24h or 90d, or a whole number of milliseconds, found "soon"',
  ],
  ['http: { tls: { cert: a.pem } }\n', 'tocsin.yaml:1:14 http.tls.key: expected text'],
  [
    'rules: { packs: [oil] }\n',
    'tocsin.yaml:1:18 rules.packs[0]: expected one of hazchem, coal, tailings, found "oil"',
  ],
  [
    'mqtt: { host: 0.0.0.0 }\n',
    'tocsin.yaml:1:15 mqtt.host: expected 127.0.0.1, or mqtt.tls, or mqtt.insecure: true, found "0.0.0.0"',
  ],
  ['- 1\n', 'tocsin.yaml:1:1: expected a group of fields, found a list of 1'],
  ['a: [\n', 'tocsin.yaml:2:1: expected valid YAML'],
] as const)('%s is refused', ([yaml, expected]) => {
  expect(problemsOf(yaml).join('\n')).toContain(expected)
})

test('all problems at once, each where it was given', () => {
  const problems = problemsOf('log: { partitions: 0 }\nhttp: { port: x }\n', {
    env: { TOCSIN_MQT_PORT: '1', TOCSIN_HISTORY_RETENTION_DAYS: 'long', TOCSIN_SOMETHING: 'else' },
    overrides: ['http.port=y', 'http.prot=1', 'logLevel'],
  })
  expect(problems.toSorted()).toEqual([
    '--set http.port http.port: expected a number, found "y"',
    '--set http.prot: expected the name of a setting, found "http.prot" (did you mean "http.port"?)',
    '--set logLevel: expected key=value, found no =',
    'TOCSIN_HISTORY_RETENTION_DAYS history.retentionDays: expected a number, found "long"',
    'TOCSIN_MQT_PORT: expected TOCSIN_MQTT_PORT, found no setting of this name',
    'tocsin.yaml:1:20 log.partitions: expected at least 1, found 0',
  ])
})

test('a listener outside loopback needs TLS, or that it is said', () => {
  expect(problemsOf(null, { overrides: ['http.host=10.0.0.5'] })).toEqual([
    '--set http.host http.host: expected 127.0.0.1, or http.tls, or http.insecure: true, found "10.0.0.5"',
  ])
  expect(load(null, { overrides: ['http.host=10.0.0.5', 'http.insecure=true'] }).settings.http.insecure).toBe(true)
  expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost', '0.0.0.0', '::', '128.0.0.1', 'host'].map(isLoopback)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})

test('a file that was asked for must be there', () => {
  expect(() => load(null, { file: 'none.yaml' })).toThrow(/none\.yaml: expected a readable file/)
})

test('nothing that opens a door stands in a log', () => {
  const value = { url: 'https://me:pw@host/x', list: [{ password: 'p', accessToken: 't' }], secrets: null, port: 1 }
  expect(redact(value)).toEqual({
    url: 'https://***@host/x',
    list: [{ password: '***', accessToken: '***' }],
    secrets: null,
    port: 1,
  })
})
