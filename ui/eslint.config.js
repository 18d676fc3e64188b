import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import config from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist", "src/paraglide", "src/lib/bindings.ts", "src/lib/bindings.admin.ts", "screens/dist"] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig: config } },
  },
  {
    // Live status is told by a revision counter: reactive maps and sets of 50,000 seats would be slow.
    files: ["src/lib/live-map.svelte.ts", "src/admin/bulk.svelte.ts"],
    rules: { "svelte/prefer-svelte-reactivity": "off" },
  },
  {
    files: ["src/**"],
    ignores: ["src/lib/backend.ts", "src/admin/backend.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@tauri-apps/*", "**/bindings", "**/bindings.admin"],
              message: "Only a backend.ts talks to the shell.",
            },
          ],
        },
      ],
    },
  },
);
