import { defineConfig } from "vite";
import { resolve } from "./vite.resolve.js";

/** Whose API pages under development use. */
const node = process.env["USHER_NODE"] ?? "http://127.0.0.1:8101";

// The pages. `index.html` is the buyer's; everything that it loads is under /assets, named by its
// content, so that nodes serve it as immutable.
export default defineConfig({
  base: "/",
  publicDir: false,
  resolve,
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    // A page's policy allows no `data:` but in pictures, and small files compress well in HTTP.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: "index.html", operator: "operator.html", example: "example.html" },
    },
  },
  // With the host that the page was asked at: a node takes no writes from pages of other sites.
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/media", "/metrics", "/readyz"].map((path) => [path, { target: node, changeOrigin: false }]),
    ),
  },
});
