/** Checks proofs of possession, and asks for a nonce first. */

import { createHash } from 'node:crypto'
import { EmbeddedJWK, calculateJwkThumbprint, decodeProtectedHeader, jwtVerify } from 'jose'
import { type Fake, refuse } from './fake.ts'
import { type FakeReply, type FakeRequest, json } from './http.ts'

/** A proof that holds, with its key's thumbprint; or the answer to one that does not. */
export type Proof =
  | { readonly kind: 'good'; readonly jkt: string }
  | { readonly kind: 'answer'; readonly reply: FakeReply }

type ProvedEndpoint = 'token' | 'api' | 'par' | 'resource'

const maxAgeSeconds = 60

/**
 * Checks the proof of a request.
 *
 * A proof without the nonce of now is answered with `use_dpop_nonce`: a client must try once more. That is no fault.
 *
 * @param accessToken - At the API: the token that the proof must name.
 * @see RFC 9449 §4.3, §8, §9
 */
export async function checkProof(
  fake: Fake,
  request: FakeRequest,
  endpoint: ProvedEndpoint,
  accessToken?: string,
): Promise<Proof> {
  const proof = request.headers['dpop']
  const atApi = accessToken !== undefined
  if (proof === undefined) return wrong(fake, endpoint, atApi, 'there is no DPoP proof')
  try {
    const header = decodeProtectedHeader(proof)
    const { payload } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      requiredClaims: ['iat', 'jti', 'htm', 'htu'],
      maxTokenAge: maxAgeSeconds,
      clockTolerance: 5,
    })
    const problem = claimProblem(fake, request, payload, accessToken)
    if (problem) return wrong(fake, endpoint, atApi, problem)
    if (payload['nonce'] !== fake.nonce) return { kind: 'answer', reply: wantNonce(fake, atApi) }
    return { kind: 'good', jkt: await calculateJwkThumbprint(header.jwk ?? {}) }
  } catch (error) {
    return wrong(fake, endpoint, atApi, error instanceof Error ? error.message : 'unreadable')
  }
}

function claimProblem(
  fake: Fake,
  request: FakeRequest,
  claims: Readonly<Record<string, unknown>>,
  accessToken: string | undefined,
): string | undefined {
  if (claims['htm'] !== request.method) return 'htm is not the method'
  if (claims['htu'] !== `${request.origin}${request.path}`) return 'htu is not the address without its query'
  const id = String(claims['jti'])
  if (fake.proofs.has(id)) return 'the proof was used before'
  fake.proofs.add(id)
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
  return accessToken && claims['ath'] !== ath ? 'ath is not the hash of the access token' : undefined
}

function wrong(fake: Fake, endpoint: ProvedEndpoint, atApi: boolean, problem: string): Proof {
  refuse(fake, endpoint, [`DPoP: ${problem}`])
  return { kind: 'answer', reply: json(atApi ? 401 : 400, { error: 'invalid_dpop_proof' }) }
}

/** RFC 9449 §8 at the authorization server, §9 at the API. */
function wantNonce(fake: Fake, atApi: boolean): FakeReply {
  const body = { error: 'use_dpop_nonce', error_description: 'The proof needs a nonce.' }
  const headers = { 'dpop-nonce': fake.nonce, ...(atApi ? { 'www-authenticate': 'DPoP error="use_dpop_nonce"' } : {}) }
  return json(atApi ? 401 : 400, body, headers)
}
