/** The alarm state machine as a table (ISA-18.2, IEC 62682): which state follows from which input. */

/** `normal` is: not in the alarm table. A returned alarm that was acknowledged is normal again. */
export type AlarmState = 'normal' | 'unacknowledged' | 'acknowledged' | 'returned'

/** `worsen`: a severity graver than the one acknowledged; `ease`: any other change of severity. */
export type AlarmInput =
  | 'raise'
  | 'worsen'
  | 'ease'
  | 'acknowledge'
  | 'unacknowledge'
  | 'clear'
  | 'withdraw'
  | 'supersede'

/** What is not in the table cannot happen or changes nothing. */
export const alarmTransitions: Readonly<Record<AlarmState, Readonly<Partial<Record<AlarmInput, AlarmState>>>>> = {
  // A1: a level reached again after a clear is a new occurrence; an occurrence is raised once.
  normal: { raise: 'unacknowledged' },
  unacknowledged: {
    worsen: 'unacknowledged',
    ease: 'unacknowledged',
    acknowledge: 'acknowledged',
    clear: 'returned',
    withdraw: 'normal',
  },
  // P6: what got worse was not seen.
  acknowledged: {
    worsen: 'unacknowledged',
    ease: 'acknowledged',
    unacknowledge: 'unacknowledged',
    clear: 'normal',
    withdraw: 'normal',
  },
  returned: { acknowledge: 'normal', withdraw: 'normal', supersede: 'normal' },
}

/** The state after the input; undefined where the table has none. */
export function nextAlarmState(state: AlarmState, input: AlarmInput): AlarmState | undefined {
  return alarmTransitions[state][input]
}
