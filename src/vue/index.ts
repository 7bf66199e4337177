/** Entry `connector-auth/vue`: the tag's types in Vue's templates, and nothing at run time.
 *
 * `import type {} from 'connector-auth/vue'` once in an app; `import 'connector-auth'` registers the tag.
 */

import type { EmitFn, HTMLAttributes, PublicProps } from 'vue'
import type {
  ConnectorAuth,
  ConnectorAuthAttributes,
  ConnectorAuthEventMap,
  ConnectorAuthProperties,
} from '../element/index.ts'

/** `@connector-auth-connected="(event) => …"` */
type Emits = { [K in keyof ConnectorAuthEventMap]: (event: ConnectorAuthEventMap[K]) => void }

/** The tag as Vue's templates see a component: attributes, properties, events, and the element behind a template ref. */
export type ConnectorAuthTag = new () => ConnectorAuth & {
  readonly $props: HTMLAttributes &
    ConnectorAuthProperties &
    Omit<ConnectorAuthAttributes, keyof ConnectorAuthProperties> &
    PublicProps
  readonly $emit: EmitFn<Emits>
}

declare module 'vue' {
  interface GlobalComponents {
    'connector-auth': ConnectorAuthTag
  }
}
