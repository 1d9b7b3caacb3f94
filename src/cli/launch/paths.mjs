import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the project's root folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Where `vite build` puts the finished lab. */
export const LAB_FOLDER = resolve(ROOT, "dist/lab");
