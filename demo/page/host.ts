/** The host app's own routes: who is signed in. */

export interface Person {
  readonly id: string
  readonly name: string
}

export const currentPerson = (): Promise<Person | null> => ask('GET')
export const signIn = (user: string): Promise<Person | null> => ask('POST', JSON.stringify({ user }))
export const signOut = (): Promise<Person | null> => ask('DELETE')

async function ask(method: string, body?: string): Promise<Person | null> {
  const answer = await fetch('/session', { method, ...(body === undefined ? {} : { body }) })
  const told: { user: Person | null } = await answer.json()
  return told.user
}

/** Where the authorization server's API is. */
export async function apiUrl(): Promise<string> {
  const config: { authorizationServer: string } = await (await fetch('/demo/config')).json()
  return `${config.authorizationServer}/api/me`
}
