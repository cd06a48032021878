/** An aedes broker that passes nothing on: what clients publish goes to the intake's handler and nowhere else. */

import { Aedes, type AedesOptions, type Client } from 'aedes'

type Done = (error?: Error) => void

/** Where aedes would keep and match subscriptions; with nothing ever published, it has nothing to do. */
const silentEmitter = {
  on: (_topic: string, _listener: unknown, done?: () => void): void => done?.(),
  removeListener: (_topic: string, _listener: unknown, done?: () => void): void => done?.(),
  emit: (_packet: unknown, done?: () => void): void => done?.(),
  close: (done?: () => void): void => done?.(),
}

export async function unpublishedBroker(options: AedesOptions): Promise<Aedes> {
  const broker = new Aedes({
    ...options,
    mq: silentEmitter,
    connectTimeout: 10_000,
    // PUBLISH packets that a client sends before it has our CONNACK: as many as one read can hold, not 42
    queueLimit: 4_096,
    maxClientsIdLength: 64,
  })
  // Also of aedes' own announcements under $SYS, and of retained messages, which would stay in memory for ever.
  broker.publish = (_packet: unknown, client: Client | Done | null, done?: Done): void => {
    const published = typeof client === 'function' ? client : done
    published?.()
  }
  await broker.listen()
  return broker
}
