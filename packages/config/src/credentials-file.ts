/** What stands in credentials.yaml, and how it is read and replaced: hashes of secrets, never a secret. */

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Role } from '@tocsin/core/domain/feed.ts'
import { stringify } from 'yaml'
import { z } from 'zod'
import { areaCode, id, text } from './fields.ts'
import { hashPattern } from './secret-hash.ts'
import { type Parsed, readYaml, validate } from './yaml.ts'

const hash = z.string().regex(hashPattern, { error: 'expected a hash that Tocsin wrote' })

export const roles: readonly Role[] = ['viewer', 'officer', 'approver', 'administrator']

const scope = z.strictObject({ areas: z.array(areaCode).default([]), enterprises: z.array(id).default([]) })

const credentialsFile = z.strictObject({
  enterprises: z.array(z.strictObject({ id, secret: hash })).default([]),
  users: z
    .array(z.strictObject({ id, name: text, role: z.enum(roles), scope: scope.prefault({}), secret: hash }))
    .default([]),
})

export type CredentialsFile = z.infer<typeof credentialsFile>

export function credentialsPath(dataFolder: string): string {
  return join(dataFolder, 'credentials.yaml')
}

/** Reads the file; where there is none, nobody may enter. */
export function readCredentials(dataFolder: string): Parsed<CredentialsFile> {
  const path = credentialsPath(dataFolder)
  if (!existsSync(path)) return { ok: true, value: { enterprises: [], users: [] } }
  const yaml = readYaml(path)
  return yaml.ok ? validate(credentialsFile, yaml.value.value ?? {}, { file: yaml.value, path: [] }) : yaml
}

/**
 * Replaces the file at once, readable by its owner only.
 * @throws TocsinError `config-invalid` for what could not be read back: a file that nobody can read locks everyone out
 */
export function writeCredentials(dataFolder: string, content: CredentialsFile): void {
  const checked = credentialsFile.safeParse(content)
  if (!checked.success) {
    const why = checked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    throw new TocsinError('config-invalid', why.join('; '))
  }
  writePrivate(
    credentialsPath(dataFolder),
    `# Who may enter. Written by Tocsin; hashes of secrets, no secret.\n${stringify(content)}`,
  )
}

/** Writes a file for its owner's eyes only, whole or not at all. */
export function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  writeFileSync(temporary, content, { mode: 0o600 })
  renameSync(temporary, path)
}
