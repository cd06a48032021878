/** A cable that a test can pull: a TCP relay on loopback between browser and program. */

import { connect, createServer, type Socket } from 'node:net'

export interface Relay {
  readonly url: string
  /** Every connection breaks, none is taken until `restore`. */
  cut(): void
  restore(): void
  stop(): Promise<void>
}

/** @param target `http://127.0.0.1:port` */
export async function startRelay(target: string): Promise<Relay> {
  const port = Number(new URL(target).port)
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const own = typeof address === 'object' && address !== null ? address.port : 0
  const drop = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${own}`,
    cut: () => {
      isCut = true
      drop()
    },
    restore: () => {
      isCut = false
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      drop()
      await closed
    },
  }
}
