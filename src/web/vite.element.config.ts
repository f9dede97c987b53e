import { defineConfig } from "vite";

// The element by itself, for other people's pages: one file under a name that stays.
export default defineConfig({
  publicDir: false,
  resolve: {
    // One copy, whether or not the client beside has installed its own.
    dedupe: ["openapi-fetch"],
    // Its other build puts itself into `window.L`, where a page around may have its own.
    alias: [{ find: /^leaflet$/, replacement: "leaflet/dist/leaflet-src.esm.js" }],
  },
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    // A library is left readable unless this says so; browsers load this one as it is.
    rollupOptions: { output: { minify: true } },
    lib: { entry: "map/element.ts", formats: ["es"], fileName: () => "seat-map.js" },
  },
});
