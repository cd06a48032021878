/** Decides who may enter: enterprises' sensor gateways by MQTT, officers by the console. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { statSync } from 'node:fs'
import type { Role, Scope } from '@tocsin/core/domain/feed.ts'
import { idPattern, type EnterpriseId } from '@tocsin/core/domain/ids.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { type CredentialsFile, credentialsPath, readCredentials, writeCredentials } from './credentials-file.ts'
import { problemsError } from './problems.ts'
import { hashSecret, matchesHash } from './secret-hash.ts'

export interface User {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly scope: Scope
}

/** Answers from credentials.yaml of a data folder, and from its newer version once that is changed and right. */
export interface Credentials {
  /** Whether the enterprise's sensor gateways may enter with the secret. */
  verifyEnterprise(id: EnterpriseId, secret: string): Promise<boolean>
  /** Names the enterprise's secret without telling it: another one when the secret is replaced; null: it has none. */
  enterpriseSecretId(id: EnterpriseId): string | null
  /** The user whose password it is, or null. */
  verifyUser(id: string, secret: string): Promise<User | null>
  /** As the file has them now: who was removed is not in it, however fresh the session. */
  user(id: string): User | undefined
  users(): readonly User[]
  /** Why a changed file is not in use; '' where it is. */
  problem(): string
}

/**
 * Reads the file; where there is none, nobody may enter until it is written.
 * @throws TocsinError `config-invalid` with line and field
 */
export function openCredentials(dataFolder: string): Credentials {
  let file = load(dataFolder)
  let seen = stamp(dataFolder)
  let problem = ''
  /** HMAC of what was verified, so that a reconnect is not hashed anew; the key dies with the process. */
  const verified = new Map<string, Buffer>()
  const key = randomBytes(32)

  const current = (): CredentialsFile => {
    try {
      const now = stamp(dataFolder)
      if (now === seen) return file
      seen = now
      file = load(dataFolder)
      problem = ''
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
    }
    return file
  }
  const verify = async (who: string, secret: string, stored: string | undefined): Promise<boolean> => {
    // An unknown name takes as long as a wrong secret, or names could be tried out.
    if (stored === undefined) return (await matchesHash(secret, decoy)) && false
    const proof = createHmac('sha256', key).update(`${who}\n${stored}\n${secret}`).digest()
    const known = verified.get(who)
    if (known && timingSafeEqual(known, proof)) return true
    const right = await matchesHash(secret, stored)
    if (right) verified.set(who, proof)
    return right
  }
  const user = (id: string): User | undefined =>
    current()
      .users.map(withoutSecret)
      .find((one) => one.id === id)
  return {
    verifyEnterprise: (id, secret) =>
      verify(`enterprise ${id}`, secret, current().enterprises.find((one) => one.id === id)?.secret),
    enterpriseSecretId: (id) => current().enterprises.find((one) => one.id === id)?.secret ?? null,
    verifyUser: async (id, secret) => {
      const stored = current().users.find((one) => one.id === id)?.secret
      return (await verify(`user ${id}`, secret, stored)) ? (user(id) ?? null) : null
    },
    user,
    users: () => current().users.map(withoutSecret),
    problem: () => problem,
  }
}

/** The cost of a user's hash, of no secret. */
const decoy = `scrypt$32768$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`

/**
 * Gives an enterprise a secret, or a new one.
 * @throws TocsinError `config-invalid` where the id is none or the secret has less than 16 characters
 */
export async function setEnterprise(dataFolder: string, id: EnterpriseId, secret: string): Promise<void> {
  if (!idPattern.test(id))
    throw new TocsinError('config-invalid', `"${id}" is no id: letters, digits, dot, hyphen, underscore`)
  if (secret.length < 16) throw new TocsinError('config-invalid', "an enterprise's secret has at least 16 characters")
  const file = load(dataFolder)
  const entry = { id, secret: await hashSecret(secret, 'enterprise') }
  writeCredentials(dataFolder, { ...file, enterprises: [...file.enterprises.filter((one) => one.id !== id), entry] })
}

/**
 * Adds a user, or replaces the one of that id.
 * @throws TocsinError `config-invalid` where the id is none or the password has less than 10 characters
 */
export async function setUser(dataFolder: string, user: User, secret: string): Promise<void> {
  if (!idPattern.test(user.id))
    throw new TocsinError('config-invalid', `"${user.id}" is no id: letters, digits, dot, hyphen, underscore`)
  if (secret.length < 10) throw new TocsinError('config-invalid', 'a password has at least 10 characters')
  const file = load(dataFolder)
  const { id, name, role, scope } = user
  const entry = {
    id,
    name,
    role,
    scope: { areas: [...scope.areas], enterprises: [...scope.enterprises] },
    secret: await hashSecret(secret, 'user'),
  }
  writeCredentials(dataFolder, { ...file, users: [...file.users.filter((one) => one.id !== id), entry] })
}

/** Removes the enterprise's or user's entry; false where there is none. */
export function removeCredential(dataFolder: string, kind: 'enterprises' | 'users', id: string): boolean {
  const file = load(dataFolder)
  if (!file[kind].some((one) => one.id === id)) return false
  writeCredentials(dataFolder, {
    enterprises: kind === 'enterprises' ? file.enterprises.filter((one) => one.id !== id) : file.enterprises,
    users: kind === 'users' ? file.users.filter((one) => one.id !== id) : file.users,
  })
  return true
}

function load(dataFolder: string): CredentialsFile {
  const read = readCredentials(dataFolder)
  if (!read.ok) throw problemsError('config-invalid', read.problems)
  return read.value
}

function withoutSecret({ id, name, role, scope }: CredentialsFile['users'][number]): User {
  return { id, name, role, scope }
}

/** Changes whenever the file is replaced or written. */
function stamp(dataFolder: string): string {
  const stat = statSync(credentialsPath(dataFolder), { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? '' : `${stat.ino}:${stat.mtimeNs}:${stat.size}`
}
