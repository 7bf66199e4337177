/** Seals and opens credentials: a data key per tenant, wrapped by a key-encryption key. */

import { NetworkError } from '../../protocol/errors.ts'
import type { Logger } from '../logger.ts'
import { decryptFailed } from './decrypt-failed.ts'
import type { DataKeys } from './data-keys.ts'
import { type SealContext, decrypt, encrypt } from './envelope.ts'

export interface Sealer {
  /** @returns `v1.<data key id>.…`; '' for ''. */
  seal(plain: string, tenant: string, context: SealContext): Promise<string>
  /**
   * @throws {NetworkError} `key_unavailable` where the key is missing · `decrypt_failed` where the text was changed or
   *   belongs elsewhere
   */
  open(sealed: string, tenant: string, context: SealContext): Promise<string>
  /** Makes the tenant's key known, so that sealing does not need the store from here on. */
  prepare(tenant: string): Promise<void>
}

/** The only form of a sealed text: there is no older one, and none that is not sealed. */
const form = /^v1\.([0-9a-f]{16})\.(.+)$/

/** The id of the data key that a text is sealed under; undefined where it is not sealed. */
export function dataKeyIdOf(sealed: string): string | undefined {
  return form.exec(sealed)?.[1]
}

export function createSealer(keys: DataKeys, space: string, logger: Logger): Sealer {
  async function openSealed(sealed: string, tenant: string, context: SealContext): Promise<string> {
    const [, id, jwe] = form.exec(sealed) ?? []
    if (id === undefined || jwe === undefined) throw decryptFailed()
    const key = await keys.forOpening(id, tenant)
    try {
      return await decrypt(jwe, key.bytes, [space, tenant, ...context])
    } catch (cause) {
      throw decryptFailed(cause)
    }
  }

  return {
    async seal(plain, tenant, context) {
      if (plain === '') return ''
      const key = await keys.forSealing(tenant)
      return `v1.${key.id}.${await encrypt(plain, key.bytes, [space, tenant, ...context])}`
    },
    async open(sealed, tenant, context) {
      if (sealed === '') return ''
      try {
        return await openSealed(sealed, tenant, context)
      } catch (error) {
        // Somebody has changed the store, or a key is missing: whoever runs this must know.
        if (error instanceof NetworkError)
          logger.error('a sealed text could not be opened', { place: context.join('/'), reason: error.reason })
        throw error
      }
    },
    prepare: async (tenant) => void (await keys.forSealing(tenant)),
  }
}
