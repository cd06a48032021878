/** A bar for long work where there is a terminal, nothing where there is none. */

import cliProgress from 'cli-progress'

export interface Bar {
  to(done: number, total?: number): void
  stop(): void
}

export function progressBar(title: string, total: number): Bar {
  if (!process.stderr.isTTY) return { to: () => undefined, stop: () => undefined }
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: `${title} {bar} {percentage} % {value}/{total} {eta_formatted}`,
    hideCursor: true,
  })
  bar.start(total, 0)
  return {
    to: (done, of) => {
      if (of !== undefined) bar.setTotal(of)
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
