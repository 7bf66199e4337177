import 'connector-auth'
import type {} from 'connector-auth/svelte'
import { mount } from 'svelte'
import App from './app.svelte'

const target = document.querySelector('#app')
if (target) mount(App, { target })
