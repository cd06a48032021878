// Decides that what scrolls can be reached by keyboard (WCAG 2.1.1): spread onto every region that may scroll.

export const scrollable = { tabIndex: 0 } as const
