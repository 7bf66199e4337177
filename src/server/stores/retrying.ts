/** Runs a transaction again that lost against another one. */

import { Kysely, type KyselyConfig, type Transaction, type TransactionBuilder } from 'kysely'
import type { Tables } from './tables.ts'

const maxTries = 3

/**
 * A database whose transactions are tried up to three times where `lost` says that another transaction came first: nothing
 * of a lost one is kept, and nobody asked for anything wrong. So what runs in a transaction must bear being run again.
 * A transaction with settings of its own (isolation, access) is not tried again.
 *
 * @param lost - Tells a deadlock or a serialization failure.
 */
export function retryingDatabase(config: KyselyConfig, lost: (error: unknown) => boolean): Kysely<Tables> {
  return new RetryingKysely(config, lost)
}

class RetryingKysely extends Kysely<Tables> {
  readonly #lost: (error: unknown) => boolean

  constructor(config: KyselyConfig, lost: (error: unknown) => boolean) {
    super(config)
    this.#lost = lost
  }

  override transaction(): TransactionBuilder<Tables> {
    const builder = super.transaction()
    const execute = builder.execute.bind(builder)
    builder.execute = <T>(work: (trx: Transaction<Tables>) => Promise<T>) => this.#again(() => execute(work))
    return builder
  }

  async #again<T>(run: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await run()
      } catch (error) {
        if (tries === maxTries || !this.#lost(error)) throw error
        // Not both at the same moment again.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * tries))
      }
    }
  }
}
