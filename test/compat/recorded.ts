/** Where the recordings stand, and how their lines are read. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AlarmTable } from '@tocsin/core/domain/alarm-view.ts'
import { canonical } from '@tocsin/core/domain/canonical.ts'
import { sha256 } from '@tocsin/worker/sha256.ts'
import type { Format, Line } from './format.ts'

export const folder = join(import.meta.dirname, 'recorded')
export const packedData = join(folder, 'data-v1')
/** What the recorded data folder must give. */
export const factsFile = join(folder, 'facts.json')

export function linesFile(format: Format): string {
  return join(folder, `${format.name}.jsonl`)
}

/** @throws Error on a line that is none */
export function readLines(format: Format): Line[] {
  const lines = readFileSync(linesFile(format), 'utf8').trimEnd().split('\n')
  return lines.map((text) => {
    const line: unknown = JSON.parse(text)
    if (!isLine(line)) throw new Error(`${linesFile(format)}: not a recorded line: ${text.slice(0, 80)}`)
    return line
  })
}

/** Of all that is known of the open alarms. */
export function tableHash(table: AlarmTable): string {
  return sha256(canonical([...table.values()].sort((a, b) => (a.id < b.id ? -1 : 1))))
}

function isLine(line: unknown): line is Line {
  return typeof line === 'object' && line !== null && 'kind' in line && typeof line.kind === 'string' && 'value' in line
}
