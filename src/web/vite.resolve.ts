/** How both builds find packages. */
export const resolve = {
  // One copy, whether or not the client beside has installed its own.
  dedupe: ["openapi-fetch"],
  // Its other build puts itself into `window.L`, where a page around may have its own.
  alias: [{ find: /^leaflet$/, replacement: "leaflet/dist/leaflet-src.esm.js" }],
};
