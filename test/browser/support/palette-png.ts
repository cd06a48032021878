/** Makes a screenshot small: a PNG of at most 256 colours, which text and flat surfaces do not miss. */

import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

interface Pixels {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array
}

/** @param png of 8 bits a channel, not interlaced, as Chromium writes it; alpha is left out */
export function withPalette(png: Buffer): Buffer {
  const { width, height, rgb } = decode(png)
  const { palette, indexOf } = paletteOf(rgb)
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf((y * width + x) * 3)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** The most frequent colours, told apart in steps of four; every other colour is its nearest one. */
function paletteOf(rgb: Uint8Array): { palette: Buffer; indexOf: (at: number) => number } {
  const keyAt = (at: number): number =>
    (((rgb[at] ?? 0) >> 2) << 12) | (((rgb[at + 1] ?? 0) >> 2) << 6) | ((rgb[at + 2] ?? 0) >> 2)
  const found = new Map<number, { n: number; at: number }>()
  for (let at = 0; at < rgb.length; at += 3) {
    const key = keyAt(at)
    const entry = found.get(key)
    if (entry) entry.n += 1
    else found.set(key, { n: 1, at })
  }
  const kept = [...found.values()].toSorted((a, b) => b.n - a.n).slice(0, 256)
  const colours = kept.map(({ at }) => [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0] as const)
  const known = new Map<number, number>()
  const nearest = (at: number): number => {
    const [r, g, b] = [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0]
    const away = colours.map(([cr, cg, cb]) => (cr - r) ** 2 + (cg - g) ** 2 + (cb - b) ** 2)
    return away.indexOf(Math.min(...away))
  }
  return {
    palette: Buffer.from(colours.flat()),
    indexOf: (at) => {
      const key = keyAt(at)
      const index = known.get(key) ?? nearest(at)
      known.set(key, index)
      return index
    },
  }
}

function decode(png: Buffer): Pixels {
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const bytes = png[25] === 6 ? 4 : 3
  const parts: Buffer[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const raw = unfilter(inflateSync(Buffer.concat(parts)), { stride: width * bytes, height, bytes })
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = raw[i * bytes + c] ?? 0
  }
  return { width, height, rgb }
}

interface Layout {
  readonly stride: number
  readonly height: number
  readonly bytes: number
}

/** PNG (third edition) §9: each byte was written as the difference to what its filter foretells. */
function unfilter(data: Uint8Array, { stride, height, bytes }: Layout): Uint8Array {
  const out = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < bytes ? 0 : (out[at - bytes] ?? 0)
      const up = y === 0 ? 0 : (out[at - stride] ?? 0)
      const corner = x < bytes || y === 0 ? 0 : (out[at - stride - bytes] ?? 0)
      const foretold = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      out[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + foretold
    }
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}
