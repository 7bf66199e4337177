/** The walk as a program: Node, Deno, Bun. */

import { walk } from './walk.ts'

console.log(JSON.stringify(await walk(JSON.parse(process.env['SETTING'] ?? ''))))
