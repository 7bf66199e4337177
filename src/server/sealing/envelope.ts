/** AES-256-GCM over a text, bound to where the result is stored. */

import { FlattenedEncrypt, flattenedDecrypt } from 'jose'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The parts that name a sealed text's only place: space, tenant, row, column, generation. */
export type SealContext = readonly (string | number)[]

/**
 * Encrypts a text as a JWE with a direct 256-bit key (RFC 7518 §4.5, §5.3).
 *
 * @returns `protected.iv.ciphertext.tag`; the context is authenticated and not stored.
 */
export async function encrypt(plain: string, key: Uint8Array, context: SealContext): Promise<string> {
  const jwe = await new FlattenedEncrypt(encoder.encode(plain))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAdditionalAuthenticatedData(encoder.encode(JSON.stringify(context)))
    .encrypt(key)
  return [jwe.protected, jwe.iv, jwe.ciphertext, jwe.tag].join('.')
}

/** Decrypts what {@link encrypt} made; throws where key, context or text differ. */
export async function decrypt(sealed: string, key: Uint8Array, context: SealContext): Promise<string> {
  // A nonce of 96 bits and a tag of 128, in full: a shorter tag can be guessed.
  if (!/^[\w-]+\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/.test(sealed))
    throw new Error('The text has not the form of a sealed one.')
  const [header = '', iv = '', ciphertext = '', tag = ''] = sealed.split('.')
  const aad = Buffer.from(JSON.stringify(context)).toString('base64url')
  const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }
  const { plaintext } = await flattenedDecrypt({ protected: header, iv, ciphertext, tag, aad }, key, options)
  return decoder.decode(plaintext)
}
