/** What each role may do. */

import type { OfficerCommand, Role } from '@tocsin/core/domain/feed.ts'

const ranks: Record<Role, number> = { viewer: 0, officer: 1, approver: 2, administrator: 3 }

const needed: Record<OfficerCommand['command'], Role> = {
  acknowledge: 'officer',
  unacknowledge: 'officer',
  comment: 'officer',
  'request-broadcast': 'officer',
  approve: 'approver',
  reject: 'approver',
  'stop-broadcast': 'approver',
}

export function mayCommand(role: Role, command: OfficerCommand['command']): boolean {
  return ranks[role] >= ranks[needed[command]]
}
