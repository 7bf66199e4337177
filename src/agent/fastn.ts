/** A client in the shape of Fastn's `FastnAuth`, for a backend with `compat: { fastn: true }`. */

import { type FastnCredentials, type GetCredentialsOptions, readFastnCredentials } from './fastn-credentials.ts'
import { type FastnAuthSession, type InitializeOptions, startFastnSession } from './fastn-session.ts'
import { type FastnAuthOptions, type Post, createPost } from './fastn-wire.ts'

/**
 * Starts attempts and reads credentials of a space.
 *
 * With an API key it acts for every tenant; with a connect token for that token's person, who starts attempts with
 * `<connector-auth>`: `initialize` is then refused (`credential_not_accepted`).
 */
export class FastnAuth {
  readonly #post: Post

  /** @throws {InvalidRequestError} `invalid_configuration` unless there is exactly one credential. */
  constructor(options: FastnAuthOptions) {
    this.#post = createPost(options)
  }

  /**
   * Starts an attempt to authorize; whoever it is for opens `redirectUrl`.
   *
   * @throws {InvalidRequestError} `unknown_connector` · `wrong_method` · `invalid_redirect` · `invalid_request`
   */
  async initialize(options: InitializeOptions): Promise<FastnAuthSession> {
    return startFastnSession(this.#post, options)
  }

  /**
   * Reads the credentials of a connection that stands.
   *
   * @throws {AuthenticationError} `not_connected` · `needs_reconnect`
   */
  async getCredentials(options: GetCredentialsOptions): Promise<FastnCredentials> {
    return readFastnCredentials(this.#post, options)
  }
}
