/** How the simulated platform can misbehave. */

export const platformModes = ['normal', 'silent', 'slow', 'refusing', 'twice', 'silent-then-twice'] as const

/**
 * silent: answers nothing and takes nothing · slow: answers late · refusing: answers every message with result 5 ·
 * twice: plays and reports everything twice · silent-then-twice: answers nothing while it is silent, then takes all
 * that came, twice, and goes on as `twice`
 */
export type PlatformMode = (typeof platformModes)[number]

export function isPlatformMode(text: string): text is PlatformMode {
  return platformModes.some((mode) => mode === text)
}
