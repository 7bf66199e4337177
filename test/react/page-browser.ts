/** Brings the app to life in a browser. */

import { StrictMode, createElement } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { App, told } from './page.ts'

const place = document.querySelector('main')
if (!place) throw new Error('the page has no main')
// Before React listens to anything.
document.addEventListener(
  'connector-auth-status-change',
  (event) => void told.push(`shown: ${Reflect.get(event, 'status')}`),
)
const app = createElement(StrictMode, null, createElement(App))
// A big page comes alive late.
if (place.childElementCount > 0) setTimeout(() => hydrateRoot(place, app), 100)
else createRoot(place).render(app)
Object.assign(globalThis, { told })
