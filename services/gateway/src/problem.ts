/** What can go wrong with a request: a closed list of codes, each with its status and its words (docs/gateway-api.md). */

export const problemCodes = {
  'bad-request': [400, '请求有误', 'The request is wrong'],
  'bad-login': [401, '用户名或密码不正确', 'The name or the password is wrong'],
  'no-session': [401, '未登录或登录已失效', 'Not logged in, or the session ended'],
  'foreign-origin': [403, '请求来自其他网站，已拒绝', 'The request comes from another site'],
  forbidden: [403, '当前角色无此权限', 'Your role does not allow this'],
  'own-request': [403, '不能批准本人申请的播发，请由他人批准', 'Who asked for a broadcast may not approve it'],
  'not-found': [404, '未找到', 'Not found'],
  'id-reused': [409, '命令编号已用于另一条命令', "The command's id was used for another command"],
  'wrong-state': [
    409,
    '播发状态已变化，不能执行此操作',
    'The broadcast is no longer in a state where this can be done',
  ],
  'no-platform': [409, '该场所周边村没有可用的广播平台', 'No loudspeaker platform serves the villages of this site'],
  'too-large': [413, '请求内容过大', 'The body is too large'],
  'too-many': [429, '登录过于频繁，请稍后再试', 'Too many logins, try again later'],
  unavailable: [503, '暂时无法写入，请重试', 'Not written just now, try again'],
  internal: [500, '内部错误', 'Internal error'],
} as const

export type ProblemCode = keyof typeof problemCodes

/** An answer from 400 on, as a value. */
export class Problem {
  readonly code: ProblemCode
  /** Names what is wrong, '' where the code says it all. */
  readonly detail: string

  constructor(code: ProblemCode, detail = '') {
    this.code = code
    this.detail = detail
  }
}

/** Status and body; the message is Chinese unless English is preferred. */
export function toAnswer(
  { code, detail }: Problem,
  acceptLanguage: string | undefined,
): { readonly status: number; readonly body: { readonly code: ProblemCode; readonly message: string } } {
  const [status, zh, en] = problemCodes[code]
  const words = acceptLanguage?.trimStart().toLowerCase().startsWith('en') === true ? en : zh
  const colon = words === zh ? '：' : ': '
  return { status, body: { code, message: detail === '' ? words : `${words}${colon}${detail}` } }
}
