/** The demo's secrets: random, made at its first start, kept beside the log so that the demo can print them again. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Role, Scope } from '@tocsin/core/domain/feed.ts'
import type { EnterpriseId } from '@tocsin/core/domain/ids.ts'
import type { Registry } from '@tocsin/core/domain/site.ts'
import { stringify } from 'yaml'
import { z } from 'zod'
import { setEnterprise, setUser } from './credentials.ts'
import { roles, writePrivate } from './credentials-file.ts'
import { problemsError } from './problems.ts'
import { randomSecret } from './secret-hash.ts'
import { readYaml, validate } from './yaml.ts'

const demoFile = z.strictObject({
  enterprises: z.array(z.strictObject({ id: z.string(), secret: z.string() })),
  users: z.array(z.strictObject({ id: z.string(), name: z.string(), role: z.enum(roles), secret: z.string() })),
})

/** In plain text: for the demo's terminal and its simulators only. */
export interface DemoCredentials {
  readonly enterprises: readonly { readonly id: EnterpriseId; readonly secret: string }[]
  readonly users: readonly {
    readonly id: string
    readonly name: string
    readonly role: Role
    readonly secret: string
  }[]
}

interface DemoUser {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly scope: Scope
}

const everywhere: Scope = { areas: [], enterprises: [] }

/** Posts, not persons. */
const demoUsers: readonly DemoUser[] = [
  { id: 'viewer', name: '市局查看', role: 'viewer', scope: everywhere },
  { id: 'officer', name: '值班员', role: 'officer', scope: everywhere },
  { id: 'approver', name: '值班长', role: 'approver', scope: everywhere },
  { id: 'administrator', name: '系统管理员', role: 'administrator', scope: everywhere },
]

/**
 * Makes credentials for every enterprise of the registry and for a user of each role, or gives those made before;
 * enterprises that came since get theirs now.
 */
export async function demoCredentials(dataFolder: string, registry: Registry): Promise<DemoCredentials> {
  const path = join(dataFolder, 'demo-credentials.yaml')
  const before = read(path)
  const enterprises = [...before.enterprises]
  for (const { id } of registry.enterprises) {
    if (enterprises.some((one) => one.id === id)) continue
    const secret = randomSecret(6)
    await setEnterprise(dataFolder, id, secret)
    enterprises.push({ id, secret })
  }
  const users = [...before.users]
  for (const user of demoUsers) {
    if (users.some((one) => one.id === user.id)) continue
    const secret = randomSecret(3)
    await setUser(dataFolder, user, secret)
    users.push({ id: user.id, name: user.name, role: user.role, secret })
  }
  const made = { enterprises, users }
  if (enterprises.length + users.length > before.enterprises.length + before.users.length) {
    writePrivate(path, `# Secrets of the demo, in plain text. A real Tocsin keeps none.\n${stringify(made)}`)
  }
  return made
}

function read(path: string): DemoCredentials {
  if (!existsSync(path)) return { enterprises: [], users: [] }
  const yaml = readYaml(path)
  const made = yaml.ok ? validate(demoFile, yaml.value.value, { file: yaml.value, path: [] }) : yaml
  if (!made.ok) throw problemsError('config-invalid', made.problems)
  return made.value
}
