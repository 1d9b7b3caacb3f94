/** Installs the locked dependencies if they are missing. */
import { ensureDependencies } from "./dependencies.mjs";

ensureDependencies();
