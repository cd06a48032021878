/** Which configuration each site was last told of, kept beside the log: losing it costs some repeats, which change nothing (I4). */

import type { Hash, SiteId } from '@tocsin/core/domain/ids.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import { z } from 'zod'

export interface Told {
  readonly config: Hash | null
  readonly rules: Hash
}

const NAME = 'registry/told'
const schema = z.object({
  v: z.literal(1),
  sites: z.record(z.string(), z.object({ config: z.string().nullable(), rules: z.string() })),
})

export async function loadTold(views: ViewStore): Promise<Map<SiteId, Told>> {
  const bytes = await views.load(NAME)
  if (!bytes) return new Map()
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return new Map()
  }
  const parsed = schema.safeParse(value)
  return new Map(parsed.success ? Object.entries(parsed.data.sites) : [])
}

export async function saveTold(views: ViewStore, told: ReadonlyMap<SiteId, Told>): Promise<void> {
  const text = JSON.stringify({ v: 1, sites: Object.fromEntries(told) })
  await views.save(NAME, new TextEncoder().encode(text))
}
