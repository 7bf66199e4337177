/** Component tests in the Chrome or Chromium of this machine. */
import { esbuildPlugin } from '@web/dev-server-esbuild'
import { chromeLauncher, defaultReporter } from '@web/test-runner'
import { countReporter } from './tools/browser-reporter.ts'
import { emulateFeatures } from './tools/browser-features.ts'
import { chromiumFlags, findChromium } from './tools/chromium.ts'

const countsFile = process.env.TEST_COUNTS_FILE

export default {
  files: 'test/{client,element}/**/*.test.ts',
  // Without the condition, msw and others resolve to what they ship for Node.
  nodeResolve: { browser: true, exportConditions: ['browser'] },
  // Two pages that start msw's worker at once make it reload one of them.
  concurrency: 1,
  plugins: [esbuildPlugin({ ts: true, target: 'es2022' }), emulateFeatures],
  // msw's worker is served where it looks for it, without a copy in this repository.
  middleware: [
    function serveMockServiceWorker(context, next) {
      if (context.path === '/mockServiceWorker.js') context.url = '/node_modules/msw/lib/mockServiceWorker.js'
      return next()
    },
  ],
  browsers: [chromeLauncher({ launchOptions: { executablePath: findChromium(), args: [...chromiumFlags] } })],
  reporters: [defaultReporter(), ...(countsFile ? [countReporter(countsFile)] : [])],
  // A worker that does not start is started anew, which takes longer than any test.
  testFramework: { config: { timeout: 25_000 } },
}
