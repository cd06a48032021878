/** Which addresses the intake may listen on, and how it says that it cannot. */

import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { IntakeOptions } from './intake-options.ts'

export interface Listener {
  readonly port: number
  /** Accepts nothing more; resolves when every accepted socket has ended too. */
  close(): Promise<void>
}

/** @throws TocsinError `insecure-listener`, `port-taken` */
export async function listen(
  options: Pick<IntakeOptions, 'host' | 'port' | 'tls' | 'insecure'>,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  const { host, port } = options
  if (options.tls === undefined && !options.insecure && !isLoopback(host)) {
    throw new TocsinError(
      'insecure-listener',
      `MQTT without TLS may listen on loopback only, not on ${host}: give the listener a certificate (tls: cert, key), or set insecure: true`,
    )
  }
  const server =
    options.tls === undefined
      ? net.createServer({ noDelay: true }, accept)
      : tls.createServer({ ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }, (socket) => {
          socket.setNoDelay(true)
          accept(socket)
        })
  // Node tells of a handshake that takes too long, and leaves its socket open.
  server.on('tlsClientError', (_: Error, socket: Socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new TocsinError(
          'port-taken',
          `MQTT cannot listen on port ${port} of ${host} (${'code' in error ? String(error.code) : error.message}): end the program that uses it, or set mqtt.port to another`,
          { cause: error },
        ),
      )
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TocsinError('internal', 'a TCP server without a port')
  return {
    port: address.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
