// Decides what the page of an alarm shows that is no longer in the table: its journal, or that there is none.

import type { ReactNode } from 'react'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { JournalSection } from '../alarms/journal.tsx'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'

export function OverAlarm({ id, ready }: { readonly id: AlarmId; readonly ready: boolean }): ReactNode {
  const { alarm, desk } = useTexts()
  return (
    <main className="main alm">
      <section className="panel pp scroll" {...scrollable}>
        <div className="hollow" style={{ paddingInline: 0 }}>
          <b>{ready ? alarm.missing : desk.loading}</b>
          {ready && alarm.missingDetail}
        </div>
        <p className="q cut">{id}</p>
        <JournalSection id={id} decimals={2} />
      </section>
    </main>
  )
}
