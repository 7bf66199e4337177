/** Whose connections a request is about. */

import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'

/** One owner inside one space; `subject` is '' where the owner is the tenant (`shared`). */
export interface Owner {
  readonly org: string
  readonly tenant: string
  readonly subject: string
  readonly owner: 'user' | 'shared'
}

/** What a body or query may say about the owner. */
export interface OwnerFields {
  readonly org?: string | undefined
  readonly tenant?: string | undefined
  readonly subject?: string | undefined
  readonly owner?: 'user' | 'shared' | undefined
}

export const defaultOrg = 'community'

/**
 * The owner that an API key's request names.
 *
 * @throws {InvalidRequestError} `invalid_request` where a user's connection is meant and no subject is named.
 */
export function ownerOfFields(fields: OwnerFields): Owner {
  const owner = fields.owner ?? 'user'
  if (owner === 'user' && !fields.subject)
    throw new InvalidRequestError('invalid_request', 'subject: is missing. Name the user whose connection it is.')
  return {
    org: fields.org ?? defaultOrg,
    tenant: fields.tenant ?? '',
    subject: owner === 'shared' ? '' : (fields.subject ?? ''),
    owner,
  }
}

/**
 * Holds the fields of a request against the owner that its connect token stands for.
 *
 * @throws {AuthenticationError} `owner_mismatch`
 */
export function requireSameOwner(fields: OwnerFields, token: Owner & { readonly tokenSubject: string }): void {
  const same =
    (fields.org ?? token.org) === token.org &&
    (fields.tenant ?? token.tenant) === token.tenant &&
    (fields.subject ?? token.tokenSubject) === token.tokenSubject &&
    (fields.owner ?? token.owner) === token.owner
  if (!same)
    throw new AuthenticationError(
      'owner_mismatch',
      'The request names another owner than its connect token. Leave the owner out.',
    )
}
