/** Proofs of possession for tokens that are bound to a key. */

import { type JWK, SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import { randomToken, sha256 } from '../digest.ts'
import type { Egress, EgressAnswer, EgressRequest } from '../egress/egress.ts'
import { at, readBody } from './token-response.ts'

/** A private ES256 key as JWK; one a connection (RFC 9449 §2). */
export type ProofKey = Readonly<Record<string, unknown>>

/** What sends, and the newest nonce of each origin (RFC 9449 §8.2). */
export interface ProofSender {
  readonly send: Egress
  readonly nonces: Map<string, string>
}

export async function createProofKey(): Promise<ProofKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)) }
}

/** The thumbprint that binds an authorization code to the key (RFC 9449 §10). */
export function thumbprintOf(key: ProofKey): Promise<string> {
  return calculateJwkThumbprint(publicPart(key))
}

/**
 * Makes one proof.
 *
 * @param target - `url` without query and fragment counts; `accessToken` only for a call to the API.
 * @see RFC 9449 §4.2
 */
export async function proofFor(
  key: ProofKey,
  target: { readonly method: string; readonly url: string; readonly nonce?: string; readonly accessToken?: string },
): Promise<string> {
  const url = new URL(target.url)
  const claims = {
    jti: randomToken(),
    htm: target.method,
    htu: `${url.origin}${url.pathname}`,
    ...(target.nonce === undefined ? {} : { nonce: target.nonce }),
    ...(target.accessToken === undefined ? {} : { ath: sha256(target.accessToken) }),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicPart(key) })
    .setIssuedAt()
    .sign(await importJWK({ ...key }, 'ES256'))
}

/**
 * Sends a request to the authorization server with a proof, once more with the nonce that it asks for.
 *
 * @param make - Makes the request for each try: a client assertion in it is for one use (RFC 7523 §3).
 * @see RFC 9449 §5, §8
 */
export async function sendWithProof(
  sender: ProofSender,
  make: () => Promise<EgressRequest>,
  key: ProofKey | undefined,
): Promise<EgressAnswer> {
  if (!key) return sender.send(await make())
  const first = await sendOnce(sender, await make(), key)
  const wantsNonce = first.status === 400 && at(readBody(first), 'error') === 'use_dpop_nonce'
  return wantsNonce ? sendOnce(sender, await make(), key) : first
}

async function sendOnce({ send, nonces }: ProofSender, request: EgressRequest, key: ProofKey): Promise<EgressAnswer> {
  const { origin } = new URL(request.url)
  const nonce = nonces.get(origin)
  const proof = await proofFor(key, { ...request, ...(nonce === undefined ? {} : { nonce }) })
  const answer = await send({ ...request, headers: { ...request.headers, dpop: proof } })
  keepNonce(nonces, origin, answer.header('dpop-nonce'))
  return answer
}

/**
 * Calls an API with a token that is bound to a key, once more with the nonce that it asks for.
 *
 * @see RFC 9449 §7.1, §9
 */
export async function sendBound(
  sender: ProofSender,
  request: EgressRequest,
  key: ProofKey,
  accessToken: string,
): Promise<EgressAnswer> {
  const first = await sendBoundOnce(sender, request, key, accessToken)
  const wantsNonce = first.status === 401 && (first.header('www-authenticate') ?? '').includes('use_dpop_nonce')
  return wantsNonce ? sendBoundOnce(sender, request, key, accessToken) : first
}

async function sendBoundOnce(
  { send, nonces }: ProofSender,
  request: EgressRequest,
  key: ProofKey,
  accessToken: string,
): Promise<EgressAnswer> {
  const { origin } = new URL(request.url)
  const nonce = nonces.get(origin)
  const dpop = await proofFor(key, { ...request, accessToken, ...(nonce === undefined ? {} : { nonce }) })
  const headers = { ...request.headers, authorization: `DPoP ${accessToken}`, dpop }
  const answer = await send({ ...request, headers })
  keepNonce(nonces, origin, answer.header('dpop-nonce'))
  return answer
}

/** Remembers a nonce of a server that we are configured to call: as many as there are such origins. */
export function keepNonce(nonces: Map<string, string>, origin: string, nonce: string | undefined): void {
  if (nonce !== undefined && /^[\x21\x23-\x5b\x5d-\x7e]{1,500}$/.test(nonce)) nonces.set(origin, nonce)
}

function publicPart(key: ProofKey): JWK {
  const { kty, crv, x, y } = key as JWK
  return { ...(kty && { kty }), ...(crv && { crv }), ...(x && { x }), ...(y && { y }) }
}
