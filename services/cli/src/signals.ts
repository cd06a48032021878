/** How a running command ends: by a signal; a second one ends it at once. */

/** Resolves at the first SIGINT or SIGTERM (or when the parent's terminal is gone). */
export async function untilSignal(): Promise<NodeJS.Signals> {
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve(name))
  })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130))
  return signal
}
