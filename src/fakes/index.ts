/** Entry `connector-auth/fakes`: services to test against. */

export {
  type FakeAuthorizationServer,
  type FakeOptions,
  startFakeAuthorizationServer,
} from './authorization-server.ts'
export type { FakeAccount, FakeGrants } from './grants.ts'
export type { FakeAnswer, FakeRequest } from './http.ts'
export type { Leeway } from './leeway.ts'
export type { Quirk } from './quirk.ts'
export { type QuirkName, quirks } from './quirks.ts'
export type { Endpoint, FakeFault, ServiceOptions } from './fake.ts'
export type { FakeClient } from './client.ts'
export { FakeService, type ServiceRequest, startFakeService } from './service.ts'
export { asTyped, inputsOf } from './values.ts'
export { type TcpCutter, type TcpCutterOptions, startTcpCutter } from './tcp-cutter.ts'
