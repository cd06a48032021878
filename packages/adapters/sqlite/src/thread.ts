/**
 * Decides how the main thread talks to a worker thread: typed calls answered in order, failures as TocsinErrors, and a
 * fresh thread at the next call when one has died.
 */

import { parentPort, Worker } from 'node:worker_threads'
import { TocsinError, type ErrorCode } from '@tocsin/core/domain/errors.ts'
import { failureOf } from './database.ts'

/** Call name → what is asked and what is answered. */
export interface Calls {
  readonly [op: string]: { readonly ask: unknown; readonly answer: unknown }
}

export interface Answer<A> {
  readonly answer: A
  /** Buffers that move to the main thread instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[]
}

export type Unavailable = 'log-unavailable' | 'store-unavailable'

interface ThreadError {
  readonly code: ErrorCode
  readonly message: string
  readonly retry: boolean
}

type Reply = { readonly id: number; readonly answer: never } | { readonly id: number; readonly error: ThreadError }

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (error: TocsinError) => void
}

export interface ThreadOptions {
  readonly url: URL
  readonly name: string
  /** Read anew whenever the thread is started. */
  readonly data: () => unknown
  /** What a call rejects with when the thread dies. */
  readonly unavailable: Unavailable
  /** The thread holds what no file does: when it dies, calls fail until its owner begins anew. */
  readonly once?: boolean
}

export class Thread<C extends Calls> {
  readonly #options: ThreadOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #closed = false
  #next = 0

  constructor(options: ThreadOptions) {
    this.#options = options
  }

  call<K extends keyof C & string>(
    op: K,
    ask: C[K]['ask'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<C[K]['answer']> {
    if (this.#closed) return Promise.reject(this.#lost('is closed'))
    const worker = (this.#worker ??= this.#start())
    const id = this.#next++
    return new Promise<C[K]['answer']>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, op, ask }, transfer)
    })
  }

  /** Starts the thread now instead of at the first call. */
  start(): void {
    if (!this.#closed) this.#worker ??= this.#start()
  }

  /** Waits for the calls under way, then ends the thread. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const worker = this.#worker
    if (worker === null) return
    const exited = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ id: -1, op: 'close', ask: null })
    await exited
  }

  #start(): Worker {
    // Flags of the command that was started (a test's --input-type) are none of the thread's.
    const { url, name, data } = this.#options
    const worker = new Worker(url, { name, workerData: data(), execArgv: [] })
    worker.on('message', (reply: Reply) => this.#settle(reply))
    worker.on('error', (cause) => this.#gone(worker, cause))
    worker.on('exit', () => this.#gone(worker, undefined))
    return worker
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    if (waiting === undefined) return
    this.#waiting.delete(reply.id)
    if ('error' in reply) {
      waiting.reject(new TocsinError(reply.error.code, reply.error.message, { retry: reply.error.retry }))
    } else {
      waiting.resolve(reply.answer)
    }
  }

  #gone(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = null
    if (this.#options.once === true) this.#closed = true
    const lost = this.#lost('has ended', cause)
    for (const waiting of this.#waiting.values()) waiting.reject(lost)
    this.#waiting.clear()
  }

  #lost(how: string, cause?: unknown): TocsinError {
    return new TocsinError(this.#options.unavailable, `thread ${this.#options.name} ${how}`, { cause, retry: true })
  }
}

export type Handlers<C extends Calls> = { readonly [K in keyof C]: (ask: C[K]['ask']) => Answer<C[K]['answer']> }

/** The thread's side: answers each call in order; `close` runs before the thread ends. */
export function serve<C extends Calls>(
  handlers: Handlers<C>,
  options: { readonly unavailable: Unavailable; readonly close: () => void },
): void {
  const port = parentPort
  if (port === null) throw new TocsinError('internal', 'this module runs in a worker thread only')
  port.on('message', (message: { readonly id: number; readonly op: keyof C & string; readonly ask: never }) => {
    if (message.id === -1) {
      options.close()
      port.close()
      return
    }
    try {
      const { answer, transfer } = handlers[message.op](message.ask)
      port.postMessage({ id: message.id, answer }, [...(transfer ?? [])])
    } catch (cause) {
      const { code, message: text, retry } = failureOf(cause, { unavailable: options.unavailable })
      port.postMessage({ id: message.id, error: { code, message: text, retry } })
    }
  })
}
