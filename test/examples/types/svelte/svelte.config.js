/** The checker looks for one; without it, it takes the Vite configuration above for Svelte’s. */
export default {}
