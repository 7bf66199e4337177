/** The look of the demo service's own pages: one style sheet, no request to anywhere. */
import { Html } from './html.ts'

/** Style sheet of every page, light and dark by the person's own setting. */
export const style = new Html(`
:root { color-scheme: light dark; --ink: #14213a; --soft: #5b6780; --line: #dfe4ee; --ground: #eef2fa; --card: #fff;
  --accent: #2f5bea; --accent-ink: #fff; --hover: #f3f6fd; --focus: #2f5bea; --halo: #dbe5ff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9eefb; --soft: #a3aec6; --line: #2d3750; --ground: #0c1220;
  --card: #161e30; --accent: #83a1ff; --accent-ink: #0b1330; --hover: #1e2840; --focus: #a9c0ff; --halo: #16244a; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 1rem;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink);
  background: radial-gradient(60rem 30rem at 50% -10rem, var(--halo), var(--ground)); }
main { width: min(26rem, 100%); padding: clamp(1.25rem, 6vw, 2.25rem); border: 1px solid var(--line);
  border-radius: 1.1rem; background: var(--card); box-shadow: 0 1.2rem 3rem rgb(10 20 50 / .12); }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 650; letter-spacing: -.01em; }
.brand svg { width: 2rem; height: 2rem; color: var(--accent); }
h1 { margin: 1.4rem 0 .35rem; font-size: 1.4rem; line-height: 1.25; letter-spacing: -.02em; overflow-wrap: anywhere; }
p { margin: 0 0 1.1rem; color: var(--soft); overflow-wrap: anywhere; }
form { margin: 0; } ul { list-style: none; margin: 0 0 1.3rem; padding: 0; }
button { font: inherit; color: inherit; cursor: pointer; border: 1px solid var(--line); border-radius: .75rem;
  background: var(--card); padding: .7rem 1rem; transition: background .12s, border-color .12s; }
button:hover { background: var(--hover); border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.account { display: flex; width: 100%; align-items: center; gap: .85rem; margin-bottom: .6rem; text-align: start; }
.account span:last-child { min-width: 0; overflow-wrap: anywhere; } .account b { display: block; font-weight: 600; }
.account small, .who small { color: var(--soft); font-size: .875rem; }
.face { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  background: var(--accent); color: var(--accent-ink); font-weight: 650; }
.scope { display: flex; gap: .7rem; align-items: flex-start; padding: .65rem 0; border-bottom: 1px solid var(--line); }
.scope label { display: flex; gap: .7rem; align-items: flex-start; } .scope code { display: block; font-size: .8rem;
  color: var(--soft); } .scope input, .scope .tick { flex: none; width: 1.1rem; height: 1.1rem; margin: .22rem 0 0;
  accent-color: var(--accent); } .scope .tick { color: var(--accent); font-weight: 700; line-height: 1.1rem; }
.choices { display: flex; flex-wrap: wrap; gap: .7rem; } .choices button { flex: 1 1 8rem; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); font-weight: 600; }
.primary:hover { background: var(--accent); filter: brightness(1.08); }
.quiet { border-color: transparent; background: none; color: var(--accent); padding: .3rem 0; }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .75rem; margin-bottom: .8rem; } footer { margin-top: 1.4rem; font-size: .8rem; color: var(--soft); }
@media (prefers-reduced-motion: reduce) { button { transition: none; } }
`)
