/** Decides which settings are in force: defaults, then tocsin.yaml, then the environment, then --set; the last one wins. */

import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Hazard } from '@tocsin/core/domain/hazard.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { checked, type Finding } from './issues.ts'
import { fieldOf, type Problem, problemsError } from './problems.ts'
import { type Given, givenSettings } from './settings-given.ts'
import { type SettingsFile, settingsFile } from './settings-schema.ts'
import { readYaml, unplaced, type YamlFile } from './yaml.ts'

export interface ListenerSettings {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Absolute paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly insecure: boolean
}

/** Checked; paths are absolute, lengths of time in milliseconds unless the name says otherwise. */
export interface Settings {
  readonly data: string
  readonly registry: string
  readonly rules: { readonly packs: readonly Hazard[]; readonly paths: readonly string[] }
  readonly mqtt: ListenerSettings & { readonly maxPayload: number }
  readonly http: ListenerSettings & {
    readonly allowedOrigins: readonly string[]
    readonly trustProxy: boolean
    readonly sessionHours: number
    readonly loginsPerMinute: number
  }
  readonly log: { readonly partitions: number; readonly retentionDays: number }
  readonly history: { readonly retentionDays: number }
  readonly engine: { readonly baseEvery: Millis }
  readonly broadcast: {
    readonly timeoutMs: Millis
    readonly pollMs: Millis
    readonly staleIntentMinutes: number
    readonly abandonAfter: Millis
    readonly drill: boolean
  }
  readonly logLevel: SettingsFile['logLevel']
}

export interface SettingsSources {
  /** Absent: tocsin.yaml in `cwd`, where there is one. */
  readonly file?: string
  /** TOCSIN_MQTT_PORT=1884 and its like; what is not ours is left alone. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `mqtt.port=1884` and its like. */
  readonly overrides: readonly string[]
  /** Where relative paths start that are given on the command line or in the environment; a file's start at its folder. */
  readonly cwd: string
}

/**
 * Loads the settings.
 * @throws TocsinError `config-invalid` that lists every problem
 */
export function loadSettings({ file, env, overrides, cwd }: SettingsSources): Settings {
  const name = file === undefined ? join(cwd, 'tocsin.yaml') : resolve(cwd, file)
  const yaml = file !== undefined || existsSync(name) ? readYaml(name) : null
  if (yaml?.ok === false) throw problemsError('config-invalid', yaml.problems)
  const { given, problems } = givenSettings(env, overrides)
  const merged = given.reduce<unknown>(
    (whole, { path, value }) => mergedWith(whole, absolute(nested(path, value), cwd)),
    absolute(yaml?.value.value ?? {}, dirname(name)),
  )
  const result = checked(settingsFile, merged)
  const findings = result.ok
    ? [...exposed('mqtt', result.value.mqtt), ...exposed('http', result.value.http)]
    : result.findings
  const wrong = findings.map((finding) => placed(finding, given, yaml?.value ?? null))
  if (!result.ok || problems.length + wrong.length > 0) throw problemsError('config-invalid', [...problems, ...wrong])
  const data = resolve(cwd, result.value.data)
  return { ...result.value, data, registry: result.value.registry ?? join(data, 'registry') }
}

/** Whether a host name or address is this machine's own. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** A listener without TLS is for this machine only, unless that is set. */
function exposed(name: 'mqtt' | 'http', { host, tls, insecure }: ListenerSettings): Finding[] {
  if (tls !== null || insecure || isLoopback(host)) return []
  const expected = `127.0.0.1, or ${name}.tls, or ${name}.insecure: true`
  return [{ path: [name, 'host'], key: false, expected, found: `"${host}"` }]
}

/** What comes from --set or the environment is complained of there, not in the file that it overrides. */
function placed({ path, expected, found, key }: Finding, given: readonly Given[], yaml: YamlFile | null): Problem {
  const field = fieldOf(path)
  const by = given.findLast((one) => field === fieldOf(one.path) || field.startsWith(`${fieldOf(one.path)}.`))
  if (by || !yaml) return { ...unplaced(by?.origin ?? 'settings', expected, found), field }
  return yaml.problem(path, { expected, found, key })
}

const pathFields = new Set([
  'data',
  'registry',
  'rules.paths',
  'mqtt.tls.cert',
  'mqtt.tls.key',
  'http.tls.cert',
  'http.tls.key',
])

/** The same with its file names made absolute from `base`. */
function absolute(value: unknown, base: string, field = ''): unknown {
  if (typeof value === 'string') return pathFields.has(field) ? resolve(base, value) : value
  if (Array.isArray(value)) return value.map((entry) => absolute(entry, base, field))
  if (!isGroup(value)) return value
  const inner = (key: string): string => (field === '' ? key : `${field}.${key}`)
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, absolute(entry, base, inner(key))]))
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, key) => ({ [key]: inner }), value)
}

/** Groups are merged field by field, all else is replaced. */
function mergedWith(whole: unknown, part: unknown): unknown {
  if (!isGroup(whole) || !isGroup(part)) return part
  const changed = Object.entries(part).map(([key, value]) => [
    key,
    mergedWith(new Map(Object.entries(whole)).get(key), value),
  ])
  return { ...whole, ...Object.fromEntries(changed) }
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
