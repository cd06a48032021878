/** Where in a YAML text a field stands: the offset of its key and of its value. */

import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Path } from './problems.ts'

interface Place {
  readonly key: number
  readonly value: number
}

/** The place of the value at the path, or of the nearest one above it that exists. */
export function locate(doc: Document.Parsed, path: Path): Place {
  let node: Node | null = doc.contents
  const start = startOf(node) ?? 0
  let place: Place = { key: start, value: start }
  for (const part of path) {
    const next: Step | undefined = step(isAlias(node) ? (node.resolve(doc) ?? null) : node, part)
    if (next === undefined) return place
    const value: number =
      next.value === null || isEmpty(next.value) ? (next.key ?? place.value) : (startOf(next.value) ?? place.value)
    place = { key: next.key ?? value, value }
    node = next.value
  }
  return place
}

interface Step {
  readonly key: number | undefined
  readonly value: Node | null
}

function step(node: Node | null, part: string | number): Step | undefined {
  if (isSeq<Node>(node) && typeof part === 'number') {
    const item = node.items[part]
    return item === undefined ? undefined : { key: undefined, value: item }
  }
  if (!isMap<Node, Node | null>(node)) return undefined
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
  return pair === undefined ? undefined : { key: startOf(pair.key), value: pair.value }
}

/** `key:` with nothing after it: it stands where its key does. */
function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0]
}
