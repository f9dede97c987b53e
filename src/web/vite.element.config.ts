import { defineConfig } from "vite";

// The element by itself, for other people's pages: one file under a name that stays.
export default defineConfig({
  publicDir: false,
  // Its other build puts itself into `window.L`, where a page around may have its own.
  resolve: { alias: [{ find: /^leaflet$/, replacement: "leaflet/dist/leaflet-src.esm.js" }] },
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "map/element.ts", formats: ["es"], fileName: () => "seat-map.js" },
  },
});
