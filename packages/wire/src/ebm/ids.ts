/** The codes of the emergency broadcast system: EBRID, EBDID, EBMID, and the names of files made of them (GD/J 080, 082, 083). */

/*
 * area   12 = 6 (GB/T 2260) + 6 (town, village: GB/T 10114)
 * EBRID  23 = level 1 + area 12 + type 4 + type sequence 2 + subtype 2 + subtype sequence 2
 * EBDID  41 = class 2 (01 heartbeat, 10 others) + EBRID of the sender 23 + sequence 16 (heartbeat: all 0)
 * EBMID  35 = EBRID of the sender 23 + YYYYMMDD + sequence 4 (0000: not forced)
 */

export interface EbrId {
  /** 1 central, 2 province, 3 city, 4 county, 5 town, 6 village. */
  readonly level: 1 | 2 | 3 | 4 | 5 | 6
  readonly area: string
  /** 0101 platform, 0103 dispatching, 0314 loudspeakers … */
  readonly type: string
  readonly typeSeq: string
  /** 01 platform, 02 adapter, 03 transmitter, 04 terminal. */
  readonly subtype: string
  readonly subtypeSeq: string
}

const ebrPattern = /^([1-6])(\d{12})(\d{4})(\d{2})(\d{2})(\d{2})$/
const ebdPattern = /^(01|10)([1-6]\d{22})(\d{16})$/
const ebmPattern = /^([1-6]\d{22})(\d{4})(\d{2})(\d{2})(\d{4})$/

/** @returns null where the text is no EBRID */
export function parseEbrId(text: string): EbrId | null {
  const match = ebrPattern.exec(text)
  if (!match) return null
  const [, level = '', area = '', type = '', typeSeq = '', subtype = '', subtypeSeq = ''] = match
  const levels: Record<string, EbrId['level']> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6 }
  return { level: levels[level] ?? 1, area, type, typeSeq, subtype, subtypeSeq }
}

export function formatEbrId(id: EbrId): string {
  return `${id.level}${id.area}${id.type}${id.typeSeq}${id.subtype}${id.subtypeSeq}`
}

/** The loudspeaker adapter (type 0314, subtype 02) of a village: under it a platform reports the village's state. */
export function villageAdapter(area: string): string {
  return formatEbrId({ level: 6, area, type: '0314', typeSeq: '01', subtype: '02', subtypeSeq: '01' })
}

export function isEbrId(text: string): boolean {
  return ebrPattern.test(text)
}

export function isEbdId(text: string): boolean {
  return ebdPattern.test(text)
}

/** Whether it is an EBMID with a date that exists. */
export function isEbmId(text: string): boolean {
  const match = ebmPattern.exec(text)
  if (!match) return false
  const [, , year, month, day] = match.map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** A heartbeat's EBDID: class 01, sequence all 0. */
export function heartbeatId(source: string): string {
  return `01${source}${'0'.repeat(16)}`
}

/** File names of GD/J 083: the packet, its business file, that file's signature. */
export function tarName(ebdId: string): string {
  return `EBDT_${ebdId}.tar`
}

export function bodyName(ebdId: string): string {
  return `EBDB_${ebdId}.xml`
}

const tarPattern = /^EBDT_(\d{41})\.tar$/

/** The EBDID in a packet's file name; null where it is no such name. */
export function ebdIdOfTar(fileName: string): string | null {
  const id = tarPattern.exec(fileName)?.[1]
  return id !== undefined && isEbdId(id) ? id : null
}
