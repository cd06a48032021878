/** What a packet says: the envelope EBD and its detail, read from XML and written to it in the order of GD/J 082. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { type Detail, detailTypes, readDetail, writeDetail } from './detail.ts'
import { isEbdId, isEbrId } from './ids.ts'
import { formatEbTime, parseEbTime } from './time.ts'
import { child, element, readXml, textOf, writeXml, type XmlElement } from './xml.ts'

export interface Packet {
  readonly ebdId: string
  readonly source: { readonly ebrId: string; readonly url: string | null }
  readonly destination: string | null
  readonly at: Millis
  /** EBDID of the packet that this one answers. */
  readonly related: string | null
  readonly detail: Detail
}

/** The business file's text. */
export function writePacket(packet: Packet): string {
  return writeXml(
    element('EBD', [
      element('EBDVersion', 1),
      element('EBDID', packet.ebdId),
      element('EBDType', packet.detail.type),
      element('SRC', [
        element('EBRID', packet.source.ebrId),
        packet.source.url === null ? null : element('URL', packet.source.url),
      ]),
      packet.destination === null ? null : element('DEST', [element('EBRID', packet.destination)]),
      element('EBDTime', formatEbTime(packet.at)),
      packet.related === null ? null : element('RelatedEBD', [element('EBDID', packet.related)]),
      writeDetail(packet.detail),
    ]),
  )
}

const envelope = z.object({
  // vendors write 1.0
  version: z.string().regex(/^1(\.0)?$/, 'EBDVersion is not 1'),
  ebdId: z.string().refine(isEbdId, 'EBDID is not of 41 digits'),
  type: z.enum(detailTypes),
  source: z.string().refine(isEbrId, 'SRC/EBRID is not of 23 digits'),
  url: z.string().max(400).optional(),
  destination: z.string().refine(isEbrId, 'DEST/EBRID is not of 23 digits').optional(),
  time: z.string(),
  related: z.string().refine(isEbdId, 'RelatedEBD/EBDID is not of 41 digits').optional(),
})

/** Strict in order and content: what is out of place or missing is named. */
export function readPacket(bytes: Uint8Array): Result<Packet, string> {
  const xml = readXml(bytes)
  if (!xml.ok) return xml
  const root = xml.value
  if (root.name !== 'EBD') return fail(`root element ${root.name} is not EBD`)
  const order = outOfOrder(root)
  if (order !== null) return fail(`EBD: ${order} is out of order`)
  const parsed = envelope.safeParse({
    version: textOf(root, 'EBDVersion'),
    ebdId: textOf(root, 'EBDID'),
    type: textOf(root, 'EBDType'),
    source: textOf(child(root, 'SRC'), 'EBRID'),
    url: textOf(child(root, 'SRC'), 'URL'),
    destination: textOf(child(root, 'DEST'), 'EBRID'),
    time: textOf(root, 'EBDTime'),
    related: textOf(child(root, 'RelatedEBD'), 'EBDID'),
  })
  if (!parsed.success) return fail(`EBD: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`)
  const { ebdId, type, source, url, destination, time, related } = parsed.data
  const at = parseEbTime(time)
  if (at === null) return fail(`EBDTime: ${time.slice(0, 40)}`)
  const body = child(root, type)
  if (!body) return fail(`EBD: no ${type}`)
  const detail = readDetail(type, body)
  if (!detail.ok) return detail
  return ok({
    ebdId,
    source: { ebrId: source, url: url ?? null },
    destination: destination ?? null,
    at,
    related: related ?? null,
    detail: detail.value,
  })
}

const envelopeOrder = ['EBDVersion', 'EBDID', 'EBDType', 'SRC', 'DEST', 'EBDTime', 'RelatedEBD']

/** The first element that stands before one that it must follow; the detail comes last. */
function outOfOrder(root: XmlElement): string | null {
  let last = 0
  for (const { name } of root.children) {
    const index = envelopeOrder.indexOf(name)
    const place = index < 0 ? envelopeOrder.length : index
    if (place < last) return name
    last = place
  }
  return null
}
