/** Services beside the authorization server that ask for a key, a password or a token, and check it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendJson } from './respond.ts'

/** One service; its account endpoint is `/services/<id>/account`. */
export type KeyedService = {
  readonly id: string
  readonly name: string
  /** What it calls its credential when it refuses one. */
  readonly credential: string
  /** The request header that carries the credential, lower-case. */
  readonly header: string
  /** The only value of that header that it takes. */
  readonly right: string
  readonly account: { readonly id: string; readonly name: string }
}

/** Answers {id, name} of the account to the holder of the credential, else 401 with a message for people. */
export function handleKeyed(
  services: readonly KeyedService[],
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  const [, , id, resource] = url.pathname.split('/')
  const service = services.find((one) => one.id === id)
  if (!service || resource !== 'account') return sendJson(response, 404, { message: 'There is nothing here.' })
  if (request.headers[service.header] === service.right) return sendJson(response, 200, service.account)
  const message = `${service.name} does not know this ${service.credential}.`
  sendJson(response, 401, { message })
}
