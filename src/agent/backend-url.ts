/** Checks where an agent sends its credential, before it sends any. */

import { faultOfBackendUrl } from '../api/backend-url.ts'
import { InvalidRequestError } from '../protocol/errors.ts'

interface BackendUrl {
  readonly baseUrl: string
  readonly allowHttp?: boolean | undefined
}

/** @throws {InvalidRequestError} `invalid_configuration` */
export function requireBackendUrl({ baseUrl, allowHttp }: BackendUrl): string {
  const fault = faultOfBackendUrl(baseUrl, { allowHttp: allowHttp === true })
  if (fault === undefined) return baseUrl
  throw new InvalidRequestError('invalid_configuration', `baseUrl ${fault}`)
}
