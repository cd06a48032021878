// Decides how an entry of the journal reads in English.

import type { zhJournal } from './zh-journal.ts'

export const enJournal: typeof zhJournal = {
  title: 'Journal',
  all: (n) => `all ${n}`,
  loading: 'Reading the journal…',
  failed: 'The journal could not be read',
  empty: 'No entries',
  named: (seen, level) => `${seen} (${level})`,
  raised: (what, level) => `${level} ${what}`,
  lag: (span) => ` (${span} late)`,
  escalated: (what, level) => `Up to ${level} ${what}`,
  'de-escalated': (what, level) => `Down to ${level} ${what}`,
  cleared: (what) => `Returned ${what}`,
  late: (from, to, level) => `Late data: ${level} from ${from} to ${to}, journal only`,
  acknowledged: (who, level) => `Acknowledged ${level}, ${who}`,
  unacknowledged: (who, why) => `Acknowledgement undone, ${who}: ${why}`,
  commented: (who, text) => `Note, ${who}: ${text}`,
  refused: (who, why) => `Refused, ${who}: ${why}`,
  stale: (cause) => `${cause}; the alarm stands`,
  fresh: 'Data can be trusted again',
  withdrawn: {
    'rule-changed': 'Withdrawn: the rule changed',
    'rule-removed': 'Withdrawn: the rule was removed',
    'sensor-removed': 'Withdrawn: the sensor was removed',
    'site-removed': 'Withdrawn: the site was removed',
  },
  superseded: 'Followed by a later alarm',
  configured: 'Rules or registry changed',
  corrected: { open: 'Judged anew by another engine: open', closed: 'Judged anew by another engine: closed' },
  colourless: 'blind',
}
