/** Writes public/stored/default.json; run it when a number of the first view may change (a test notices). */
import { mkdirSync, writeFileSync } from "node:fs";
import { STORED_FILE, storedResult } from "./stored-result.ts";

mkdirSync(new URL(".", STORED_FILE), { recursive: true });
writeFileSync(STORED_FILE, `${JSON.stringify(await storedResult())}\n`);
