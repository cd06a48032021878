/** How secrets are made, hashed and compared. */

import { randomInt, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

interface Cost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/**
 * A person's password may be weak, so guessing it costs 32 MiB and about a tenth of a second. An enterprise's secret is
 * long and random, and a thousand sensor gateways reconnect at once after a restart, so it costs an eighth.
 */
const costs: Readonly<Record<'user' | 'enterprise', Cost>> = {
  user: { N: 32_768, r: 8, p: 1 },
  enterprise: { N: 4096, r: 8, p: 1 },
}

export const hashPattern = /^scrypt\$(\d{4,7})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/

/** The text that stands for the secret in the file: algorithm, cost, salt and key. */
export async function hashSecret(secret: string, kind: 'user' | 'enterprise'): Promise<string> {
  const cost = costs[kind]
  const salt = randomBytes(16)
  const key = await derive(secret, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether the secret is the one hashed; compared in constant time. */
export async function matchesHash(secret: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = hashPattern.exec(stored) ?? []
  if (N === undefined) return false
  const expected = Buffer.from(key, 'base64url')
  const actual = await derive(secret, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) })
  return timingSafeEqual(expected, actual)
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Random words of letters and digits that are not mistaken for each other when read out, about 5 bits a letter. */
export function randomSecret(words: number): string {
  const word = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return Array.from({ length: words }, word).join('-')
}

function derive(secret: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const options = { ...cost, maxmem: 256 * cost.N * cost.r }
  return new Promise((resolve, reject) => {
    // The same password typed on two machines may differ in how accents are composed.
    scrypt(secret.normalize('NFC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
