// Decides the header of a site's alarms: where it is, what it is, who is in danger.

import { memo, type ReactNode } from 'react'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import { siteFacts, siteName } from '../alarms/describe.ts'
import { usePicture } from '../hooks.ts'
import { useTexts } from '../texts/use-texts.tsx'

interface SiteRowProps {
  readonly site: SiteId
  readonly index: number
}

export const SiteRow = memo(function SiteRow({ site, index }: SiteRowProps): ReactNode {
  const texts = useTexts()
  const info = usePicture(({ sites }) => sites.get(site))
  const facts = info === undefined ? '' : siteFacts(info, texts)
  return (
    <div className="lr grp" role="row" aria-rowindex={index}>
      <span role="rowheader" aria-colspan={11} className="cut" title={facts}>
        <b>{siteName(info, site, texts)}</b> {facts}
      </span>
    </div>
  )
})
