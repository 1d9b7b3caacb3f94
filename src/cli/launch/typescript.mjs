/**
 * Lets plain Node 20 run the project's TypeScript without a build: `node --import ./src/cli/launch/typescript.mjs file.ts`.
 * Worker threads inherit it. Newer Nodes strip types themselves, but none of them knows `?raw` imports of shaders.
 */
import { register } from "node:module";

register("./typescript-hooks.mjs", import.meta.url);
