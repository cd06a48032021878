// Decides the shapes of the four levels, which tell them apart without colour: square, triangle, diamond, circle.

import type { ReactNode } from 'react'
import { severities, type Severity } from '@tocsin/core/domain/severity.ts'

const number = (severity: Severity): number => severities.indexOf(severity) + 1

/** The class that carries the level's colours. */
export function levelClass(severity: Severity): string {
  return `L${number(severity)}`
}

/** Once on the page; every {@link Shape} refers to it. */
export function ShapeDefinitions(): ReactNode {
  return (
    <svg className="defs" aria-hidden="true">
      <defs>
        <symbol id="level-1" viewBox="0 0 12 12">
          <path d="M.5 .5h11v11h-11z" />
        </symbol>
        <symbol id="level-2" viewBox="0 0 12 12">
          <path d="M6 .5L11.7 11.5H.3z" />
        </symbol>
        <symbol id="level-3" viewBox="0 0 12 12">
          <path d="M6 0L12 6L6 12L0 6z" />
        </symbol>
        <symbol id="level-4" viewBox="0 0 12 12">
          <circle cx="6" cy="6" r="5.5" />
        </symbol>
      </defs>
    </svg>
  )
}

export function Shape({ severity }: { readonly severity: Severity }): ReactNode {
  return (
    <svg className={`sh ${levelClass(severity)}`} viewBox="0 0 12 12" aria-hidden="true">
      <use href={`#level-${number(severity)}`} />
    </svg>
  )
}
