import { defineConfig } from "vite";

// The element by itself, for other people's pages: one file under a name that stays.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "map/element.ts", formats: ["es"], fileName: () => "seat-map.js" },
  },
});
