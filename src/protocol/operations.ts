/** Options about running the backend that are data, and so may also stand in a configuration file. */

import { action } from './connect-token.ts'
import { scope } from './ids.ts'
import { type Infer, either, flag, list, object, oneOf, record, text, whole } from './schema.ts'

const name = text({ minLength: 1, maxLength: 300 })

/** Asymmetric only: with a shared secret, whoever can check a token can make one. */
export const jwtAlgorithms = ['EdDSA', 'ES256', 'RS256', 'PS256'] as const

/** The host's own JWTs: whose they are, and what the connect token may do that they are traded for. */
export const jwtOptions = object(
  {
    jwksUrl: text(),
    issuer: name,
    /** What the JWT must be meant for: this backend, by a name that no other service has. */
    audience: name,
    /** The names of the claims that say who is meant. */
    claims: object({ subject: name }, { tenant: name, org: name }),
  },
  {
    /** All of them where absent. */
    algorithms: list(oneOf(...jwtAlgorithms)),
    /** Whose connections the connect token is for; `user` where absent. */
    owner: oneOf('user', 'shared'),
    actions: list(action),
    scopes: record(list(scope)),
    origins: list(text()),
    /** The longest lifetime of a JWT that is accepted; 3600 where absent. */
    maxAgeSeconds: whole({ minimum: 1 }),
  },
)
export type JwtOptions = Infer<typeof jwtOptions>

/** So many requests in so many seconds; `false` switches the limit off. */
const rateLimit = either(object({ points: whole({ minimum: 1 }), seconds: whole({ minimum: 1 }) }), flag)

export const rateLimitOptions = object(
  {},
  {
    /** For each API key, connect token or JWT; 600 in 60 s where absent. */
    perCredential: rateLimit,
    /** For each client address; 3000 in 60 s where absent. */
    perAddress: rateLimit,
    /** For each client address, credentials that are missing or not valid; 60 in 60 s where absent. */
    failedPerAddress: rateLimit,
  },
)
export type RateLimitOptions = Infer<typeof rateLimitOptions>
