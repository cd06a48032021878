/** A packet as it travels: business file, TAR, multipart; and back, with the checks of GD/J 083. */

import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { bodyName, ebdIdOfTar, tarName } from './ids.ts'
import { encodeMultipart } from './multipart.ts'
import { type Packet, readPacket, writePacket } from './packet.ts'
import { packTar, type TarFile, unpackTar } from './tar.ts'

/** What a receiver demands beside the business file. */
export interface PackageRules {
  /** GD/J 081: `unsigned` takes and sends packets without a signature file; no other mode is built yet. */
  readonly signature: 'unsigned'
  /** 083 table 1 demands an EBDI file beside an EBM; real packets have none. */
  readonly ebdi: 'optional' | 'required'
}

export const plainRules: PackageRules = { signature: 'unsigned', ebdi: 'optional' }

/** The packet's TAR: the same packet is the same bytes. */
export async function packPacket(packet: Packet): Promise<{ readonly fileName: string; readonly tar: Uint8Array }> {
  const body: TarFile = { name: bodyName(packet.ebdId), bytes: Buffer.from(writePacket(packet)) }
  return { fileName: tarName(packet.ebdId), tar: await packTar([body], packet.at) }
}

/** The packet as the body of a POST. */
export async function postPacket(packet: Packet): Promise<{ readonly contentType: string; readonly body: Uint8Array }> {
  const { fileName, tar } = await packPacket(packet)
  return encodeMultipart({ fileName, bytes: tar })
}

/**
 * @param fileName of the TAR, null where the peer gave none
 * @returns the packet, or why the bytes are none
 */
export async function unpackPacket(
  file: { readonly fileName: string | null; readonly tar: Uint8Array },
  rules: PackageRules,
): Promise<Result<Packet, string>> {
  const files = await unpackTar(file.tar)
  if (!files.ok) return files
  const bodies = files.value.filter(({ name }) => /^EBDB_\d{41}\.xml$/.test(name))
  const [body] = bodies
  if (!body || bodies.length !== 1) return fail('TAR: not one EBDB_<EBDID>.xml')
  const packet = readPacket(body.bytes)
  if (!packet.ok) return packet
  if (body.name !== bodyName(packet.value.ebdId)) return fail(`TAR: ${body.name} holds EBDID ${packet.value.ebdId}`)
  if (file.fileName !== null && ebdIdOfTar(file.fileName) !== packet.value.ebdId) {
    return fail(`TAR: ${file.fileName.slice(0, 80)} holds EBDID ${packet.value.ebdId}`)
  }
  const hasInfo = files.value.some(({ name }) => name.startsWith('EBDI_'))
  if (packet.value.detail.type === 'EBM' && rules.ebdi === 'required' && !hasInfo) return fail('TAR: no EBDI file')
  return ok(packet.value)
}
