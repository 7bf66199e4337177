/** Entry `connector-auth/fakes`: services to test against. */

export {
  type FakeAnswer,
  type FakeAuthorizationServer,
  type FakeOptions,
  type FakeRequest,
  startFakeAuthorizationServer,
} from './authorization-server.ts'
export type { FakeAccount, FakeGrants } from './grants.ts'
