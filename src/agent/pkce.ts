/** PKCE for a process: a verifier of 256 random bits and its S256 challenge. */

/** A verifier that only this process knows.
 *
 * @see RFC 7636 §4.1
 */
export const randomVerifier = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)))

/** The challenge of a verifier; S256 is the only method.
 *
 * @see RFC 7636 §4.2
 */
export const challengeOf = async (verifier: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))))

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
