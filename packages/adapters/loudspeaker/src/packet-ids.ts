/** Ids of packets that no record numbers: queries and receipts. They grow with the clock, so a restart repeats none. */

import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { LoudspeakerCodec } from './codec.ts'

/** 16 digits: the ms since 1970 and three for those of one ms; far above the numbers of the log's records. */
export function packetIds(codec: Pick<LoudspeakerCodec, 'packetId'>, clock: Clock): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, clock.wall() * 1000)
    return codec.packetId(last)
  }
}
