/** SHA-256 as the engine is given it. */

import { createHash } from 'node:crypto'

/** Of the text's UTF-8, lower-case hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
