/** Error scopes: a GPU reports mistakes late and elsewhere, unless asked around a piece of work. */

/** Runs `work` and throws if the device reported a validation, memory or internal error meanwhile. */
export async function checked<T>(device: GPUDevice, where: string, work: () => Promise<T>): Promise<T> {
  const filters: readonly GPUErrorFilter[] = ["validation", "out-of-memory", "internal"];
  for (const filter of filters) device.pushErrorScope(filter);
  const outcome = await work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const errors: string[] = [];
  for (let i = filters.length - 1; i >= 0; i--) {
    const error = await device.popErrorScope();
    if (error) errors.push(`${filters[i]}: ${error.message}`);
  }
  if (errors.length > 0)
    throw new Error(`${where}: the device must accept the work, got ${errors.join("; ")}`);
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
