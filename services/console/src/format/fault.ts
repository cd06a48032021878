// Decides how a fault of the system is worded: the catalogue's words for its code, or the code where it has none.

interface Fault {
  readonly code: string
  readonly detail: string
}

export function faultText(names: Readonly<Record<string, string>>, { code, detail }: Fault): string {
  const name = Object.hasOwn(names, code) ? names[code] : undefined
  return [name ?? code, detail].filter((part) => part !== '').join(' ')
}
