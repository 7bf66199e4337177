import 'connector-auth'
import type {} from 'connector-auth/vue'
import { createApp } from 'vue'
import App from './app.vue'

createApp(App).mount('#app')
