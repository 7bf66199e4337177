/** Finds out what a request to a fake is for. */

import { api, isApi } from './api.ts'
import { authorize } from './authorize.ts'
import { startDevice } from './device.ts'
import { metadata, metadataAddress } from './discovery.ts'
import { type Endpoint, type Fake, refuse } from './fake.ts'
import { type FakeReply, type FakeRequest, json } from './http.ts'
import { keySet } from './id-token.ts'
import { pushRequest } from './par.ts'
import { answerResource, matching } from './resource.ts'
import { revoke } from './revoke.ts'
import { decoded, target } from './template.ts'
import { token } from './token.ts'

/** Who answers a request. */
export interface Route {
  readonly endpoint: Endpoint
  answer(): FakeReply | Promise<FakeReply>
}

type Handler = (fake: Fake, request: FakeRequest) => FakeReply | Promise<FakeReply>

interface Place {
  readonly endpoint: Endpoint
  readonly handler: Handler
  readonly method: string
  readonly urls: readonly (string | undefined)[]
}

/** Chooses by the address; endpoints come before the API, which takes every other path of its origins. */
export function route(fake: Fake, request: FakeRequest): Route {
  const path = decoded(request.path)
  const here = placesOf(fake).filter(({ urls }) =>
    urls.some((url) => url !== undefined && isAt(fake, request, path, url)),
  )
  // Two endpoints may share an address, and differ in the method.
  const place = here.find(({ method }) => method === request.method) ?? here[0]
  if (place) return { endpoint: place.endpoint, answer: () => place.handler(fake, request) }
  return otherwise(fake, request, path)
}

function placesOf({ says: { urls, token: rules, revoke: ending } }: Fake): readonly Place[] {
  return [
    { endpoint: 'authorize', handler: authorize, method: 'GET', urls: [urls.authorize] },
    { endpoint: 'token', handler: token, method: rules.method ?? 'POST', urls: [urls.token, urls.refresh] },
    { endpoint: 'par', handler: pushRequest, method: 'POST', urls: [urls.par] },
    { endpoint: 'revoke', handler: revoke, method: ending?.method ?? 'POST', urls: [urls.revoke] },
    { endpoint: 'device', handler: startDevice, method: 'POST', urls: [urls.device] },
    { endpoint: 'jwks', handler: async () => json(200, await keySet()), method: 'GET', urls: [urls.jwks] },
  ]
}

function otherwise(fake: Fake, request: FakeRequest, path: string): Route {
  const about = metadataAddress(fake)
  if (about?.origin === request.origin && about.path === path)
    return { endpoint: 'discovery', answer: () => metadata(fake) }
  const resources = matching(fake, request, path)
  if (resources.length > 0) return { endpoint: 'resource', answer: () => answerResource(fake, request, resources) }
  if (isApi(fake, request.origin) && !path.startsWith('/h/'))
    return { endpoint: 'api', answer: () => api(fake, request) }
  return { endpoint: 'unknown', answer: () => unknown(fake, request) }
}

function isAt(fake: Fake, request: FakeRequest, path: string, url: string): boolean {
  const wanted = target(url, fake.known)
  return wanted.origin === request.origin && wanted.path === path
}

/** Nobody has an address here: a placeholder that was filled wrongly, or a request that the record does not ask for. */
function unknown(fake: Fake, request: FakeRequest): FakeReply {
  refuse(fake, 'unknown', [`nothing is at ${request.method} ${request.path}`])
  return json(404, { error: 'not_found' })
}
