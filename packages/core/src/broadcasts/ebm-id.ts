/** The EBMID of a message: derived from the log, never chosen (B6). */

/** GD/J 082: the platform's EBRID (23), the day (8), a number of four digits; 0000 is for what a receiver may ignore. */
const FORCED_MAX = 9999

/**
 * @param rank of the first intent that asks for the message on that platform and Beijing day, from 1
 * @returns 35 digits; null past 9999 of one day
 */
export function ebmId(source: string, day: string, rank: number): string | null {
  return rank >= 1 && rank <= FORCED_MAX ? `${source}${day}${String(rank).padStart(4, '0')}` : null
}

/**
 * EBDID of one packet: class 10 (business), the sender's EBRID, a sequence of 16 digits.
 * @param seq unique a sender; a message's attempt takes its record's number in the platform's chain
 */
export function ebdId(source: string, seq: number): string {
  return `10${source}${String(seq).padStart(16, '0')}`
}
