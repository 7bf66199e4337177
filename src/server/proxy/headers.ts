/** Which headers cross the proxy, each way. */

import { InvalidRequestError } from '../../protocol/errors.ts'

/** What a caller tells the proxy itself: whose connection, and which. */
export const controlHeaders = {
  subject: 'connector-auth-subject',
  tenant: 'connector-auth-tenant',
  org: 'connector-auth-org',
  owner: 'connector-auth-owner',
  connection: 'connector-auth-connection',
} as const

const control = 'connector-auth-'

/** Of one connection only (RFC 9110 §7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** What speaks of the caller, of us, or of the way here; the service gets none of it. */
const notSent = [
  ...hopByHop,
  'host',
  'cookie',
  'cookie2',
  'authorization',
  'origin',
  'referer',
  'forwarded',
  'via',
  'expect',
  'content-length',
  // They would make another method of the one that the record allows.
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
]

/** What would act on our origin instead of the service's. */
const notAnswered = [
  ...hopByHop,
  'set-cookie',
  'set-cookie2',
  'clear-site-data',
  'strict-transport-security',
  'public-key-pins',
  'content-security-policy',
  'content-security-policy-report-only',
  'x-frame-options',
  'www-authenticate',
  'refresh',
  'alt-svc',
  'service-worker-allowed',
  'report-to',
  'nel',
  'reporting-endpoints',
  'location',
  'x-request-id',
  'cache-control',
  'vary',
]

/**
 * The caller's headers that the service gets.
 *
 * @throws {InvalidRequestError} `invalid_request` for a control header that there is not (attack 44)
 */
export function sentHeaders(headers: Headers): Record<string, string> {
  const named = connectionNames(headers.get('connection'))
  const known: readonly string[] = Object.values(controlHeaders)
  const sent: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (name.startsWith(control) && !known.includes(name))
      throw new InvalidRequestError('invalid_request', `${name.slice(0, 64)}: is not a header of the proxy.`)
    // An underscore is read as a dash by some servers (attack 58).
    const foreign =
      name.includes('_') ||
      /^(sec-|x-forwarded-|x-real-ip|x-client-ip|x-cluster-client-ip|cf-|true-client-ip|fastly-|cdn-loop|x-amzn-|x-azure-|x-envoy-|x-original-|x-rewrite-|proxy-)/.test(
        name,
      )
    if (name.startsWith(control) || foreign || notSent.includes(name) || named.includes(name)) continue
    sent[name] = value
  }
  return sent
}

/** The service's headers that the caller gets; a redirect's target is told, not followed. */
export function answeredHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const answered = new Headers()
  const named = connectionNames(one(headers['connection']))
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || notAnswered.includes(name) || named.includes(name)) continue
    if (name.startsWith('access-control-') || name.startsWith(control)) continue
    for (const line of typeof value === 'string' ? [value] : value) answered.append(name, line)
  }
  const location = one(headers['location'])
  if (location) answered.set('connector-auth-location', location)
  answered.set('connector-auth-proxied', 'true')
  // Whatever the service answers is not a document of our origin.
  answered.set('content-security-policy', 'sandbox')
  return answered
}

function connectionNames(value: string | null | undefined): readonly string[] {
  return (value ?? '').split(',').map((name) => name.trim().toLowerCase())
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}
