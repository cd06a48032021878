// EBM packets: golden files, round trips, and what must be refused (GD/J 081, 082, 083).

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Detail } from './detail.ts'
import type { Ebm } from './ebm.ts'
import { formatEbrId, heartbeatId, isEbdId, isEbmId, isEbrId, parseEbrId, tarName, villageAdapter } from './ids.ts'
import { decodeMultipart, encodeMultipart } from './multipart.ts'
import { packPacket, plainRules, postPacket, unpackPacket } from './package.ts'
import { type Packet, readPacket, writePacket } from './packet.ts'
import { packTar, unpackTar } from './tar.ts'
import { formatEbTime, parseEbTime } from './time.ts'

const at = 1_781_374_512_000
const source = '39999000000000103010101'
const ebdId = `10${source}0000000000000007`
const ebmId = `${source}202606140001`

const ebm: Ebm = {
  ebmId,
  related: null,
  msgType: 1,
  senderName: '邵屏市应急管理局',
  senderCode: '39999000000000001010101',
  sendTime: at,
  eventType: '12D02',
  severity: 1,
  start: at,
  end: at + 1_800_000,
  title: '澄溪化工北厂氯气泄漏红色预警',
  text: '邵屏市应急管理局紧急通知：澄溪化工北厂发生氯气泄漏，现发布红色预警。',
  areas: ['999901101201', '999901101202'],
}

const details: Record<string, Detail> = {
  ebm: { type: 'EBM', ebm },
  'ebm-cancel': { type: 'EBM', ebm: { ...ebm, msgType: 2, ebmId: `${source}202606140002`, related: ebmId } },
  'state-request': { type: 'EBMStateRequest', ebmId },
  'state-response': {
    type: 'EBMStateResponse',
    state: {
      at,
      ebmId,
      code: 2,
      description: '播发中',
      coverage: { rate: 0.5, areas: ['999901101201'], resources: [1, 1, 1, 12] },
      items: [
        { ebrId: villageAdapter('999901101201'), code: 3, description: '播发完成 12/12', start: at, end: at + 9000 },
        { ebrId: villageAdapter('999901101202'), code: 2, description: '播发中 3/8', start: at, end: null },
      ],
    },
  },
  response: { type: 'EBDResponse', code: 1, description: '接收成功' },
  check: { type: 'ConnectionCheck', at },
}

function packet(detail: Detail): Packet {
  return {
    ebdId: detail.type === 'ConnectionCheck' ? heartbeatId(source) : ebdId,
    source: { ebrId: source, url: 'http://127.0.0.1:8080/eb' },
    destination: '39999000000000314010101',
    at,
    related: detail.type === 'EBDResponse' || detail.type === 'EBMStateResponse' ? ebdId : null,
    detail,
  }
}

function golden(name: string): string {
  return readFileSync(new URL(`../../testdata/ebm/${name}.xml`, import.meta.url), 'utf8')
}

describe('golden files', () => {
  for (const [name, detail] of Object.entries(details)) {
    test(`${name} is written and read`, () => {
      expect(writePacket(packet(detail))).toBe(golden(name))
      expect(readPacket(Buffer.from(golden(name)))).toEqual({ ok: true, value: packet(detail) })
    })
  }

  test('the layouts that vendors and the standard itself differ in are read', () => {
    const nested = golden('state-response')
      .replace('</Coverage><ResBrdInfo>', '<ResBrdInfo>')
      .replace('</ResBrdInfo>', '</ResBrdInfo></Coverage>')
    expect(readPacket(Buffer.from(nested))).toEqual({ ok: true, value: packet(details['state-response'] ?? never()) })
    const bare = golden('state-request').replace('<EBM>', '').replace('</EBM>', '')
    expect(readPacket(Buffer.from(bare)).ok).toBe(true)
    const named = golden('ebm')
      .replace('<EBD>', '<eb:EBD xmlns:eb="urn:nrta:eb" xmlns="urn:x">')
      .replace('</EBD>', '</eb:EBD>')
    expect(readPacket(Buffer.from(named)).ok).toBe(true)
    expect(readPacket(Buffer.from(golden('ebm').replace('<EBDVersion>1<', '<EBDVersion>1.0<'))).ok).toBe(true)
  })

  test('a packet in GB 2312 is read by its declaration', () => {
    const xml = golden('response').replace('UTF-8', 'GB2312').replace('接收成功', '#')
    const [head = '', tail = ''] = xml.split('#')
    // 成功
    const bytes = Buffer.concat([Buffer.from(head), Buffer.from([0xb3, 0xc9, 0xb9, 0xa6]), Buffer.from(tail)])
    const read = readPacket(bytes)
    expect(read.ok && read.value.detail).toEqual({ type: 'EBDResponse', code: 1, description: '成功' })
  })
})

function never(): never {
  throw new Error('missing')
}

describe('round trips', () => {
  const second = fc.integer({ min: 1_500_000_000, max: 3_000_000_000 }).map((s) => s * 1000)
  const area = fc.stringMatching(/^[1-9]\d{11}$/)
  const spoken = fc
    .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
    .map((text) => `警${text.replaceAll(/\s+/g, ' ').trim()}`)
  const message = fc.record({
    ebmId: fc.integer({ min: 0, max: 9999 }).map((n) => `${source}20260614${String(n).padStart(4, '0')}`),
    related: fc.constantFrom(null, ebmId),
    msgType: fc.constantFrom(1 as const, 3 as const, 4 as const, 5 as const),
    senderName: spoken,
    senderCode: fc.constant(source),
    sendTime: second,
    eventType: fc.stringMatching(/^\d\d[A-Z]\d\d$/),
    severity: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const, 4 as const),
    start: second,
    title: spoken,
    text: spoken,
    areas: fc.array(area, { minLength: 1, maxLength: 5 }),
  })

  test('EBM through XML, TAR and multipart', async () => {
    await fc.assert(
      fc.asyncProperty(message, async (fields) => {
        const sent = packet({ type: 'EBM', ebm: { ...fields, end: fields.start + 1000 } })
        const post = await postPacket(sent)
        const part = decodeMultipart(post.contentType, post.body)
        if (!part.ok) throw new Error(part.error)
        const read = await unpackPacket({ fileName: part.value.fileName, tar: part.value.bytes }, plainRules)
        expect(read).toEqual({ ok: true, value: sent })
      }),
      { numRuns: 100 },
    )
  })

  test('times', () => {
    fc.assert(
      fc.property(second, (ms) => {
        expect(parseEbTime(formatEbTime(ms))).toBe(ms)
      }),
    )
    expect(formatEbTime(at)).toBe('2026-06-14 02:15:12')
    for (const text of ['2026-02-30 00:00:00', '2026-06-14T02:15:12', '2026-06-14 24:00:00', '', '2026-6-1 1:1:1']) {
      expect(parseEbTime(text)).toBeNull()
    }
  })

  test('ids', () => {
    expect(parseEbrId(source)).toEqual({
      level: 3,
      area: '999900000000',
      type: '0103',
      typeSeq: '01',
      subtype: '01',
      subtypeSeq: '01',
    })
    fc.assert(
      fc.property(area, (code) => {
        expect(parseEbrId(villageAdapter(code))?.area).toBe(code)
      }),
    )
    const id = parseEbrId(source)
    expect(id && formatEbrId(id)).toBe(source)
    expect([isEbrId(`0${source.slice(1)}`), isEbdId(ebdId), isEbdId(`11${ebdId.slice(2)}`)]).toEqual([
      false,
      true,
      false,
    ])
    expect([isEbmId(ebmId), isEbmId(`${source}202602300001`), isEbmId(ebmId.slice(1))]).toEqual([true, false, false])
  })

  test('the same packet is the same bytes', async () => {
    const one = await packPacket(packet({ type: 'EBM', ebm }))
    const two = await packPacket(packet({ type: 'EBM', ebm }))
    expect(Buffer.from(one.tar).equals(Buffer.from(two.tar))).toBe(true)
    expect(one.fileName).toBe(tarName(ebdId))
  })
})

describe('refused', () => {
  const read = (xml: string) => {
    const result = readPacket(Buffer.from(xml))
    return result.ok ? 'taken' : result.error
  }

  test('documents that mean no good', () => {
    const xxe = golden('ebm')
      .replace('?>\n', '?>\n<!DOCTYPE EBD [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n')
      .replace('12D02', '&x;')
    expect(read(xxe)).toContain('document type')
    expect(read(golden('ebm').replace('澄溪', '&nbsp;澄溪'))).toContain('entity')
    expect(read(`<EBD>${'<a>'.repeat(60)}${'</a>'.repeat(60)}</EBD>`)).toMatch(/^XML/)
    expect(read(`<EBD>${'x'.repeat(600_000)}</EBD>`)).toContain('more than')
    expect(read(golden('ebm').slice(0, 400))).toMatch(/^XML/)
    expect(read('')).toMatch(/XML/)
    expect(readPacket(Buffer.from([0x3c, 0x45, 0xff, 0xfe])).ok).toBe(false)
  })

  test('packets out of order or out of range', () => {
    const xml = golden('ebm')
    const time = /<EBDTime>[^<]*<\/EBDTime>/.exec(xml)?.[0] ?? ''
    expect(read(xml.replace(time, '').replace('<SRC>', `${time}<SRC>`))).toContain('out of order')
    expect(read(xml.replace('<MsgType>1<', '<MsgType>9<'))).toContain('msgType')
    expect(read(xml.replace('<Severity>1<', '<Severity>10<'))).toContain('severity')
    expect(read(xml.replace('<EBDType>EBM<', '<EBDType>EBX<'))).toContain('type')
    expect(read(xml.replace('999901101201', '99990110120'))).toContain('AreaCode')
    expect(read(xml.replace('2026-06-14 02:45:12', '2026-06-14 02:15:12'))).toContain('EndTime')
    expect(read(golden('ebm-cancel').replace(/<RelatedInfo>.*<\/RelatedInfo>/, ''))).toContain('cancel')
    expect(read(xml.replace(ebdId, ebdId.slice(1)))).toContain('EBDID')
    expect(read(golden('response').replace('<ResultCode>1<', '<ResultCode>6<'))).toContain('ResultCode')
  })

  test('TARs that are truncated, misnamed or hold what they should not', async () => {
    const { tar, fileName } = await packPacket(packet({ type: 'EBM', ebm }))
    const unpack = async (bytes: Uint8Array, name: string | null = fileName) => {
      const result = await unpackPacket({ fileName: name, tar: bytes }, plainRules)
      return result.ok ? 'taken' : result.error
    }
    expect(await unpack(tar)).toBe('taken')
    expect(await unpack(tar, null)).toBe('taken')
    expect(await unpack(tar.subarray(0, 700))).toContain('truncated')
    expect(await unpack(tar.subarray(0, 1024))).toMatch(/^TAR/)
    expect(await unpack(tar, tarName(heartbeatId(source)))).toContain('holds EBDID')
    expect(await unpack(tar, 'x.tar')).toContain('holds EBDID')
    const body = Buffer.from(writePacket(packet({ type: 'EBM', ebm })))
    expect(await unpack(await packTar([{ name: `EBDB_${heartbeatId(source)}.xml`, bytes: body }], at))).toContain(
      'holds',
    )
    expect(await unpack(await packTar([{ name: '../etc/passwd', bytes: body }], at))).toContain('named')
    expect(await unpack(await packTar([{ name: 'EBDR_x.mp3', bytes: body }], at))).toContain('not one EBDB')
    expect((await unpackTar(new Uint8Array(5 * 1024 * 1024))).ok).toBe(false)
    expect((await unpackTar(new Uint8Array(1024))).ok).toBe(false)
    const strict = await unpackPacket({ fileName, tar }, { signature: 'unsigned', ebdi: 'required' })
    expect(strict.ok ? '' : strict.error).toContain('EBDI')
  })

  test('multipart bodies without a whole packet', () => {
    const { contentType, body } = encodeMultipart({ fileName: 'EBDT_1.tar', bytes: Buffer.from('x') })
    expect(decodeMultipart(contentType, body).ok).toBe(true)
    expect(decodeMultipart('application/json', body).ok).toBe(false)
    expect(decodeMultipart(contentType, body.subarray(0, body.length - 40)).ok).toBe(false)
    const other = encodeMultipart({ fileName: 'a.txt', bytes: Buffer.from('x') })
    expect(decodeMultipart(other.contentType, other.body).ok).toBe(false)
    expect(decodeMultipart('multipart/form-data; boundary=x', new Uint8Array()).ok).toBe(false)
  })
})
