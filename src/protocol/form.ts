/** The form of a connector, as a page reads it that shows one; apart, because most pages show none. */

import { input } from './inputs.ts'
import { publicFields } from './public-connector.ts'
import { type Infer, list, object } from './schema.ts'

const { id, method } = publicFields

/** A connector's fields, hidden ones among them; absent where nothing is typed. */
const form = object({ id, method }, { inputs: list(input) })
export type Form = Infer<typeof form>

export const forms = object({ connectors: list(form, { maxItems: 2_000 }) })
