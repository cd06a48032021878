// Decides how an entry of the journal reads in Chinese.

export const zhJournal = {
  title: '日志',
  all: (n: number) => `全部 ${n} 条`,
  loading: '正在读取日志……',
  failed: '日志读取失败',
  empty: '没有记录',
  /** What was seen, and the level's own name. */
  named: (seen: string, level: string) => `${seen}（${level}）`,
  raised: (what: string, level: string) => `${level} ${what}`,
  lag: (span: string) => `（迟 ${span}）`,
  escalated: (what: string, level: string) => `升为${level} ${what}`,
  'de-escalated': (what: string, level: string) => `降为${level} ${what}`,
  cleared: (what: string) => `恢复 ${what}`,
  late: (from: string, to: string, level: string) => `迟到数据：${from} 至 ${to} 曾达${level}，仅记录`,
  acknowledged: (who: string, level: string) => `确认${level}，${who}`,
  unacknowledged: (who: string, why: string) => `撤销确认，${who}：${why}`,
  commented: (who: string, text: string) => `备注，${who}：${text}`,
  refused: (who: string, why: string) => `未受理，${who}：${why}`,
  stale: (cause: string) => `${cause}，报警保持`,
  fresh: '数据恢复可信',
  withdrawn: {
    'rule-changed': '撤回：规则已改',
    'rule-removed': '撤回：规则已删',
    'sensor-removed': '撤回：测点已撤',
    'site-removed': '撤回：单位已撤',
  },
  superseded: '由后一次报警接替',
  configured: '规则或登记已更新',
  corrected: { open: '引擎更新后改判：在报', closed: '引擎更新后改判：结束' },
  colourless: '失联',
}
