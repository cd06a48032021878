/** The rules that are built in: what Tocsin says of sensor gateways, device clocks and itself. */

import type { RuleRef, Verdict } from '../domain/alarm-event.ts'
import { ZERO_HASH } from './state.ts'

export const systemRules = {
  silence: { id: 'silence', kind: 'silence', hash: ZERO_HASH },
  clock: { id: 'device-clock', kind: 'system', hash: ZERO_HASH },
  gatewayOffline: { id: 'gateway-offline', kind: 'system', hash: ZERO_HASH },
  blind: { id: 'blind', kind: 'system', hash: ZERO_HASH },
  intakeClock: { id: 'intake-clock', kind: 'system', hash: ZERO_HASH },
} as const satisfies Record<string, RuleRef>

/** A verdict without a colour, at time `t`; value and limit in seconds, null where there is none. */
export function plainVerdict(t: number, value: number | null, limit: number | null): Verdict {
  return { severity: null, level: '', t, value, op: limit === null ? null : '>=', limit, unit: 's' }
}
