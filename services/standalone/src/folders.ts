/** What stands where in the data folder. */

import { join } from 'node:path'

export interface DataFolders {
  readonly log: string
  readonly stores: string
  readonly history: string
}

export function dataFolders(data: string): DataFolders {
  return { log: join(data, 'log'), stores: join(data, 'stores'), history: join(data, 'history') }
}
