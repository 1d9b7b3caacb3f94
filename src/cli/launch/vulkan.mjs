/** WebGPU in Node (Dawn) needs a Vulkan driver. Where a machine has none, Chromium brings a software one along. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromiumFolder, findChromium } from "./chromium.mjs";

/** True if the machine has a GPU that a Vulkan, Metal or Direct3D driver may serve. */
export function hasGpu() {
  if (process.platform !== "linux") return true;
  const devices = existsSync("/dev/dri") ? readdirSync("/dev/dri") : [];
  return (
    devices.some((name) => name.startsWith("renderD")) || existsSync("/dev/nvidia0") || existsSync("/dev/dxg")
  );
}

/**
 * Environment variables that let Dawn find Chromium's SwiftShader: {} where the machine has a GPU, where a driver was
 * already chosen, or where no Chromium is installed. They must be set before the process starts.
 */
export function softwareVulkanEnvironment() {
  if (hasGpu() || process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) return {};
  const chromium = findChromium();
  const folder = chromium && chromiumFolder(chromium);
  if (!folder) return {};
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { LD_LIBRARY_PATH: libraries, VK_DRIVER_FILES: join(folder, "vk_swiftshader_icd.json") };
}
