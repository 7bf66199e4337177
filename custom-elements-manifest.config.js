/** The analyzer's settings; it would otherwise write its own path into package.json. */
export default { litelement: true, globs: ['src/element/**/*.ts'], packagejson: false }
