/** The three kinds of places that Tocsin watches. */

export type Hazard = 'hazchem' | 'coal' | 'tailings'

export const hazards: readonly Hazard[] = ['hazchem', 'coal', 'tailings']
