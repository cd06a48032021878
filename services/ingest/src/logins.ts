/** Who may log in: a registered sensor gateway with its enterprise's secret (P10). */

import type { Identity, Login, Refusal } from '@tocsin/adapter-mqtt/intake-options.ts'
import type { EnterpriseId } from '@tocsin/core/domain/ids.ts'
import type { Logger } from 'pino'
import type { RegistryView } from './registry-view.ts'

export interface EnterpriseCredentials {
  /** Whether the enterprise's sensor gateways may enter with the secret. */
  verifyEnterprise(id: EnterpriseId, secret: string): Promise<boolean>
}

export async function logIn(
  login: Login,
  credentials: EnterpriseCredentials,
  view: RegistryView,
): Promise<Identity | Refusal> {
  const { clientId: gateway, username: enterprise } = login
  const secret = Buffer.from(login.password).toString('utf8')
  if (!(await credentials.verifyEnterprise(enterprise, secret))) return 'bad-credentials'
  // only who knows the secret learns which sensor gateways there are
  return view.sitesOf(enterprise, gateway).length > 0 ? { enterprise, gateway } : 'not-authorized'
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
