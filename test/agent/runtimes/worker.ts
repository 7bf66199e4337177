/** The walk as a worker: it waits to be asked, as workers do. */

import { walk } from './walk.ts'

// oxlint-disable-next-line import/no-default-export -- what a worker exports is called so.
export default {
  fetch: (_: Request, { SETTING }: { readonly SETTING: string }): Promise<Response> =>
    walk(JSON.parse(SETTING)).then(
      (walked) => Response.json(walked),
      (error: unknown) => Response.json(error instanceof Error ? error.stack : error),
    ),
}
