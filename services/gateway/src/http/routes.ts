/** How a route is registered: its session, its parsed input and its answer pass one place, so that none can be forgotten. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Problem, toAnswer } from '../problem.ts'
import type { Officer, Sessions } from '../sessions.ts'

export const COOKIE = 'tocsin'

export interface Routes {
  /** A read within the session's scope; `input` is the query and the path's parameters. */
  get<T>(url: string, schema: z.ZodType<T>, handle: (officer: Officer, input: T) => unknown): void
  /** A POST of JSON by who is logged in. */
  post<T>(url: string, schema: z.ZodType<T>, handle: Posted<T>): void
}

export type Posted<T> = (officer: Officer, input: T, reply: FastifyReply) => unknown

export function createRoutes(app: FastifyInstance, sessions: Sessions): Routes {
  async function answer<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    act: { readonly schema: z.ZodType<T>; readonly input: unknown; readonly handle: Posted<T> },
  ): Promise<unknown> {
    const officer = await sessions.find(request.cookies[COOKIE])
    if (!officer) return problem(request, reply, new Problem('no-session'))
    const parsed = act.schema.safeParse(act.input)
    if (!parsed.success) return problem(request, reply, new Problem('bad-request', issueOf(parsed.error)))
    const result = await act.handle(officer, parsed.data, reply)
    return result instanceof Problem ? problem(request, reply, result) : result
  }

  return {
    get(url, schema, handle) {
      app.get(url, (request, reply) => {
        const input = { ...asObject(request.query), ...asObject(request.params) }
        return answer(request, reply, { schema, input, handle })
      })
    },
    post(url, schema, handle) {
      app.post(url, (request, reply) => answer(request, reply, { schema, input: request.body, handle }))
    },
  }
}

export function problem(request: FastifyRequest, reply: FastifyReply, what: Problem): object {
  const { status, body } = toAnswer(what, request.headers['accept-language'])
  reply.code(status)
  return body
}

/** The first wrong field and what is wrong with it. */
export function issueOf(error: z.ZodError): string {
  const issue = error.issues[0]
  return issue === undefined ? '' : `${issue.path.map(String).join('.')}: ${issue.message}`
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
