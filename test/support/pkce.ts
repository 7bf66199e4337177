/** PKCE as a page makes it. */

import { createHash, randomBytes } from 'node:crypto'

export const randomVerifier = (): string => randomBytes(32).toString('base64url')
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
