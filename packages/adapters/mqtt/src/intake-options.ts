/** What the MQTT intake is given and what it hands over: the contract between the adapter and the ingest stage. */

import type { EnterpriseId, GatewayId } from '@tocsin/core/domain/ids.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'

/** Who logged in: a sensor gateway of an enterprise. */
export interface Identity {
  readonly enterprise: EnterpriseId
  readonly gateway: GatewayId
}

/** Why a login is refused: CONNACK 4, 5 and 3 of MQTT 3.1.1 §3.2.2.3. */
export type Refusal = 'bad-credentials' | 'not-authorized' | 'unavailable'

export interface Login {
  readonly clientId: string
  readonly username: string
  readonly password: Uint8Array
}

/** A login that is let in. */
export interface Admission {
  readonly identity: Identity
  /** Names the secret that was right then, without telling it: when the enterprise's is another, the session is over. */
  readonly secretId: string
}

/** Where an accepted message came from. */
export interface Session extends Admission {
  readonly connection: string
}

export interface IntakeMessage extends Session {
  readonly topic: string
  /** The whole payload, or its first 64 KiB where `truncated` says what the whole was. */
  readonly payload: Uint8Array
  readonly truncated: { readonly length: number; readonly sha256: string } | null
  /** The last will, set by this connection and given out because it ended without a DISCONNECT. */
  readonly will: boolean
}

/**
 * `close`: by the device or the network; `stall`: because of our own pause (M3); `revoked`: by {@link MqttIntake.revoke};
 * `stopped`: by {@link MqttIntake.close}.
 */
export type DisconnectCause = 'close' | 'taken-over' | 'stall' | 'revoked' | 'stopped'

export interface IntakeHandlers {
  authenticate(login: Login): Promise<Admission | Refusal>
  /** Resolving means durable: the PUBACK follows. Rejecting closes the connection, so that the device sends again. */
  handle(message: IntakeMessage): Promise<void>
  /** Before any message of the connection. */
  onConnect(session: Session): void
  /** After its last message and its will. `clean`: the device said DISCONNECT. */
  onDisconnect(session: Session, cause: DisconnectCause, clean: boolean): void
  /** The bytes of a logged-in client are no MQTT, or stopped inside a packet; its connection is closed (M2). */
  onProtocolError(session: Session, detail: string): void
  onRefused(who: Omit<Login, 'password'>, refusal: Refusal): void
  /** The one topic that the client may subscribe. */
  errorsTopic(identity: Identity): string
}

export interface IntakeOptions extends IntakeHandlers {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Allows plain MQTT outside loopback. */
  readonly insecure: boolean
  /** Bytes of an MQTT packet after its fixed header; a larger PUBLISH is handed over truncated, not buffered. */
  readonly maxPayload: number
  /** Bytes accepted and not yet durable, with 512 for each message: of one client, and of all. */
  readonly maxOutstanding?: { readonly client: number; readonly total: number }
  readonly clock: Clock
  /** A name that is never given twice. */
  readonly nextConnection: () => string
}

export interface IntakeStats {
  readonly connections: number
  readonly outstandingBytes: number
  /** Connections that are not being read until what they sent is durable. */
  readonly held: number
  readonly refusedLogins: number
  readonly protocolErrors: number
}

export interface MqttIntake {
  readonly port: number
  /** To the gateway's connection if it subscribed to its error topic. @returns whether it was written to it */
  publishError(gateway: GatewayId, payload: Uint8Array): boolean
  /** Closes every connection whose session is over. @returns them */
  revoke(isOver: (session: Session) => boolean): readonly Session[]
  stats(): IntakeStats
  /** Accepts nothing more, lets what was accepted become durable and be acknowledged (at most 5 s), then closes. */
  close(): Promise<void>
}
