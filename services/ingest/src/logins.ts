/** Who may log in, and stay: a registered sensor gateway with its enterprise's secret (P10). */

import type { Admission, Login, Refusal, Session } from '@tocsin/adapter-mqtt/intake-options.ts'
import type { EnterpriseId } from '@tocsin/core/domain/ids.ts'
import type { Logger } from 'pino'
import type { RegistryView } from './registry-view.ts'

export interface EnterpriseCredentials {
  /** Whether the enterprise's sensor gateways may enter with the secret. */
  verifyEnterprise(id: EnterpriseId, secret: string): Promise<boolean>
  /** Names the enterprise's secret without telling it: another one when the secret is replaced; null: it has none. */
  enterpriseSecretId(id: EnterpriseId): string | null
}

export async function logIn(
  login: Login,
  credentials: EnterpriseCredentials,
  view: RegistryView,
): Promise<Admission | Refusal> {
  const { clientId: gateway, username: enterprise } = login
  const secret = Buffer.from(login.password).toString('utf8')
  // before the check, which takes a while: a secret replaced meanwhile ends the session at the next look
  const name = credentials.enterpriseSecretId(enterprise)
  if (!(await credentials.verifyEnterprise(enterprise, secret)) || name === null) return 'bad-credentials'
  // only who knows the secret learns which sensor gateways there are
  if (view.sitesOf(enterprise, gateway).length === 0) return 'not-authorized'
  return { identity: { enterprise, gateway }, secretId: name }
}

/**
 * Whose session could not be opened any more, at two looks in a row: a file that is just being written cuts nobody off.
 * @returns a look, to be taken each second; it gives what to ask of every session
 */
export function sessionWatch(
  credentials: EnterpriseCredentials,
  view: () => RegistryView,
): () => (session: Session) => boolean {
  let before = new Set<string>()
  return () => {
    const names = new Map<EnterpriseId, string | null>()
    const nameOf = (enterprise: EnterpriseId): string | null => {
      const name = names.get(enterprise) ?? credentials.enterpriseSecretId(enterprise)
      names.set(enterprise, name)
      return name
    }
    const registered = view()
    const last = before
    before = new Set()
    return ({ connection, identity: { enterprise, gateway }, secretId }) => {
      if (nameOf(enterprise) === secretId && registered.sitesOf(enterprise, gateway).length > 0) return false
      before.add(connection)
      return last.has(connection)
    }
  }
}

const MINUTE = 60_000
const REMEMBERED = 1_000

/** Logs each client's refusal once a minute: a device that tries again each second must not fill the disk. */
export function refusalLog(
  logger: Logger,
  mono: () => number,
): (who: Omit<Login, 'password'>, refusal: Refusal) => void {
  const logged = new Map<string, number>()
  return ({ clientId, username }, refusal) => {
    const key = JSON.stringify([clientId, username, refusal])
    const now = mono()
    if (now - (logged.get(key) ?? Number.NEGATIVE_INFINITY) < MINUTE) return
    if (logged.size >= REMEMBERED) logged.clear()
    logged.set(key, now)
    logger.warn({ client: clientId, enterprise: username, refusal }, 'login refused')
  }
}
