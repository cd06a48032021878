// Decides how outcomes of tests are counted, which of them are named at the end, and whether the run has passed.

/** What became of one test, or of one file that could not be loaded. `why` tells the reason of a skip. */
export type Outcome =
  | { readonly name: string; readonly state: 'passed' | 'failed' }
  | { readonly name: string; readonly state: 'skipped'; readonly why: string }

/** The end of a run: lines that name what failed and what was skipped, and the last line. */
export type Tally = {
  readonly lines: readonly string[]
  readonly summary: string
  readonly passed: boolean
  readonly skipped: boolean
}

/** Counts outcomes. A run without any test has not passed: nothing was shown. */
export function countOutcomes(outcomes: readonly Outcome[]): Tally {
  const passed = outcomes.filter(({ state }) => state === 'passed').length
  const failed = outcomes.filter(({ state }) => state === 'failed')
  const skipped = outcomes.flatMap((outcome) => (outcome.state === 'skipped' ? [outcome] : []))
  const summary = `${passed} passed, ${failed.length} failed`
  return {
    lines: [
      ...failed.map(({ name }) => `failed: ${name}`),
      ...skipped.map(({ name, why }) => `skipped: ${name}: ${why}`),
    ],
    summary: skipped.length === 0 ? summary : `${summary}, ${skipped.length} skipped`,
    passed: failed.length === 0 && passed > 0,
    skipped: skipped.length > 0,
  }
}
