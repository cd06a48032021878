/** Decides how a state reaches its asker in a connection of its own (GD/J 083 §5): once, to this machine only. */

import { postPacket } from '@tocsin/wire/ebm/package.ts'
import type { Packet } from '@tocsin/wire/ebm/packet.ts'

/** Does nothing for an address elsewhere: it comes from whoever asked. A peer that is gone asks again when it is back. */
export async function pushPacket(url: string, packet: Packet, signal: AbortSignal): Promise<void> {
  if (!/^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+\//.test(url)) return
  const { contentType, body } = await postPacket(packet)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    })
    await response.arrayBuffer()
  } catch {
    // nobody waits for this answer
  }
}
