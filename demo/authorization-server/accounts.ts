/** The people who have an account at the demo's service, and the permissions it knows. */

/** One demo account; `id` is the OpenID `sub`. */
export type Account = { readonly id: string; readonly email: string; readonly name: string }

/** The demo accounts, chosen on the sign-in page by clicking. */
export const accounts: readonly Account[] = [
  { id: 'alice', email: 'alice@example.com', name: 'Alice Archer' },
  { id: 'bob', email: 'bob@example.com', name: 'Bob Baker' },
  { id: 'carol', email: 'carol@example.com', name: 'Carol Castillo' },
]

/** Scopes in words, as the consent page shows them; `optional` ones can be unticked. */
export const scopes: { readonly [scope: string]: { readonly words: string; readonly optional: boolean } } = {
  openid: { words: 'Know who you are', optional: false },
  email: { words: 'See your email address', optional: false },
  profile: { words: 'See your name', optional: false },
  offline_access: { words: 'Keep access while you are away', optional: false },
  'files.read': { words: 'See and download your files', optional: true },
  'files.write': { words: 'Create, change and delete your files', optional: true },
}

/** Finds a demo account by its id. */
export function findDemoAccount(id: string): Account | undefined {
  return accounts.find((account) => account.id === id)
}
