/** A CSV file as a series of rows with event times and the values of mapped columns. */

import { createReadStream } from 'node:fs'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { parse } from 'csv-parse'

/** `column=site/tag`: which column goes to which point. */
export interface Mapping {
  readonly column: string
  readonly site: string
  readonly tag: string
}

export interface SeriesRow {
  /** ms by the file's own time. */
  readonly t: number
  readonly values: readonly { readonly site: string; readonly tag: string; readonly value: number }[]
}

export type TimeUnit = 's' | 'ms' | 'iso'

export interface SeriesOptions {
  readonly file: string
  readonly mappings: readonly Mapping[]
  /** null: the first column. */
  readonly timeColumn: string | null
  readonly timeUnit: TimeUnit
}

/** @throws TocsinError `config-invalid` on a map that is none */
export function parseMapping(text: string): Mapping {
  const match = /^(?<column>[^=]+)=(?<site>[^/]+)\/(?<tag>.+)$/.exec(text)?.groups
  const { column, site, tag } = match ?? {}
  if (column === undefined || site === undefined || tag === undefined) {
    throw new TocsinError('config-invalid', `--map "${text}": expected COLUMN=SITE/TAG, e.g. MM116_pct=qilichong/T2`)
  }
  return { column, site, tag }
}

/** Reads the whole file; an empty cell is no value. Throws `config-invalid` that names line and column. */
export async function readSeries(options: SeriesOptions): Promise<SeriesRow[]> {
  const { file, mappings, timeUnit } = options
  const rows: SeriesRow[] = []
  let line = 1
  let header: readonly string[] = []
  const parser = createReadStream(file).pipe(parse({ trim: true, skip_empty_lines: true, relax_column_count: true }))
  for await (const record of parser) {
    const cells: readonly string[] = Array.isArray(record) ? record.map(String) : []
    if (line++ === 1) {
      header = cells
      for (const column of [options.timeColumn, ...mappings.map((m) => m.column)]) {
        if (column !== null && !header.includes(column)) {
          throw new TocsinError('config-invalid', `${file}:1: no column "${column}"; there are ${header.join(', ')}`)
        }
      }
      continue
    }
    const timeColumn = options.timeColumn ?? header[0] ?? ''
    const cell = (column: string): string => cells[header.indexOf(column)] ?? ''
    const at = (column: string): string => `${file}:${line}: column ${column}`
    const t = timeOf(cell(timeColumn), timeUnit)
    if (!Number.isFinite(t)) {
      throw new TocsinError(
        'config-invalid',
        `${at(timeColumn)}: expected a time in ${timeUnit}, found "${cell(timeColumn)}"`,
      )
    }
    const values = mappings.flatMap(({ column, site, tag }) => {
      const text = cell(column)
      if (text === '') return []
      const value = Number(text)
      if (!Number.isFinite(value)) {
        throw new TocsinError('config-invalid', `${at(column)}: expected a number, found "${text}"`)
      }
      return [{ site, tag, value }]
    })
    rows.push({ t, values })
  }
  return rows
}

function timeOf(text: string, unit: TimeUnit): number {
  switch (unit) {
    case 's':
      return text === '' ? Number.NaN : Number(text) * 1_000
    case 'ms':
      return text === '' ? Number.NaN : Number(text)
    case 'iso':
      return Date.parse(text)
  }
}
