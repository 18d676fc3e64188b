import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [svelte()],
  // The licence texts of what is bundled go into the packages.
  build: { target: "es2022", assetsInlineLimit: 0, license: { fileName: "licenses.md" } },
});
