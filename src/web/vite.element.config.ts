import { defineConfig } from "vite";
import { resolve } from "./vite.resolve.js";

// The element by itself, for other people's pages: one file under a name that stays.
export default defineConfig({
  publicDir: false,
  resolve,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    // A library is left readable unless this says so; browsers load this one as it is.
    rollupOptions: { output: { minify: true } },
    lib: { entry: "map/element.ts", formats: ["es"], fileName: () => "seat-map.js" },
  },
});
