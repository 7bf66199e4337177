/** Runs vue-tsc on the TypeScript 6 of this folder: it needs the compiler's JavaScript API, which TypeScript 7 does not have. */
require('vue-tsc').run(require.resolve('typescript/lib/tsc'))
