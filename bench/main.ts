/** `npm run bench [-- browser | peers | scale | storm | tabs]`: measures, and prints a table. */

const [what = 'routes'] = process.argv.slice(2)

switch (what) {
  case 'routes':
    await import('./backend.ts')
    break
  case 'browser':
    await import('./browser.ts')
    break
  case 'scale':
    await import('./scale.ts')
    break
  case 'storm':
    await import('./storm.ts')
    break
  case 'peers':
    await import('./peers.ts')
    break
  case 'tabs':
    await import('./tabs.ts')
    break
  default:
    console.error(
      'npm run bench -- routes | browser [loads] [batches] [pages] | peers [loads] | scale [connections] | storm [connections] | tabs [bursts] [ms]',
    )
    process.exitCode = 1
}
