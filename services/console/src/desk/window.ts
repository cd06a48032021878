// Decides which rows are in the document: those in sight and a few beyond, whatever the list's length.

/** Rows kept ready above and below what is in sight. */
const beyond = 8

export interface Slice {
  readonly from: number
  /** Not included. */
  readonly to: number
}

export interface Sight {
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
  readonly rows: number
}

/** The rows to render. */
export function sliceInSight({ scrollTop, height, rowHeight, rows }: Sight): Slice {
  if (rowHeight <= 0) return { from: 0, to: 0 }
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond)
  const last = Math.ceil((scrollTop + height) / rowHeight) + beyond
  const to = Math.max(0, Math.min(rows, last))
  return { from: Math.min(first, to), to }
}

/** Where to scroll so that row `index` is wholly in sight below a header of one row; the same place if it is. */
export function scrollTo(index: number, { scrollTop, height, rowHeight }: Sight): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  const bottom = top + rowHeight * 2
  return bottom > scrollTop + height ? bottom - height : scrollTop
}
