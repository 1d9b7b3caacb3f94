import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  plugins: [react()],
  build: { target: "es2023", outDir: "dist/lab", assetsInlineLimit: 0 },
  worker: { format: "es" },
});
