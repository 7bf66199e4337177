/** Rendered on the server, the element's tag with it. */

import { Connection } from './connection'

export default function Page() {
  return (
    <main>
      <h1>Next</h1>
      <Connection />
    </main>
  )
}
