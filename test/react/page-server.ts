/** What a server writes of the app. */

import { StrictMode, createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { App } from './page.ts'

export const written = renderToString(createElement(StrictMode, null, createElement(App)))
