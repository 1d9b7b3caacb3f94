/** The same sampler in @jax-js/jax: one jitted step, called N times. */
import { circleProgram, stepTables } from "../problem.ts";
import { lendNavigator } from "./navigator.ts";

/**
 * A run of the sampler on a backend, or null where it does not start. On "webgpu" the library takes the adapter from the
 * global navigator, which Node lacks, so it is lent `gpu`.
 */
export async function jaxSampler(
  backend: "webgpu" | "wasm",
  gpu: GPU | null,
  particles: number,
  steps: number,
): Promise<(() => Promise<void>) | null> {
  lendNavigator(gpu);
  const { numpy: np, random, jit, nn, init, defaultDevice, blockUntilReady } = await import("@jax-js/jax");
  if (!(await init(backend)).includes(backend)) return null;
  const program = circleProgram(steps);
  const tables = stepTables(program);

  type Value = ReturnType<typeof np.array>;
  // x, y [P, 1]; rows [1, K]. Values are used up by operations, so each further use takes a reference.
  const step = jit((x: Value, y: Value, key: Value, table: Value, own: Value): [Value, Value] => {
    const row = (i: number) => table.ref.slice([i, i + 1]);
    const coefficient = (i: number) => own.ref.slice([i, i + 1]);
    const z = random.normal(key, [2, particles, 1]);
    const zx = z.ref.slice(0);
    const zy = z.slice(1);
    const dx = x.ref.sub(row(0));
    const dy = y.ref.sub(row(1));
    const u = row(2).mul(dx.ref);
    const v = row(3).mul(dx.ref).add(row(4).mul(dy.ref));
    const level = row(5).sub(u.ref.mul(u)).sub(v.ref.mul(v));
    const w = nn.softmax(level, 1);
    const gx = row(0).add(row(6).mul(dx.ref)).add(row(7).mul(dy.ref));
    const gy = row(1).add(row(7).mul(dx)).add(row(8).mul(dy));
    const cleanX = np.sum(w.ref.mul(gx), 1, { keepdims: true });
    const cleanY = np.sum(w.mul(gy), 1, { keepdims: true });
    const next = (a: Value, clean: Value, noise: Value) =>
      a
        .mul(coefficient(0))
        .add(clean.mul(coefficient(1)))
        .add(noise.mul(coefficient(2)));
    const result: [Value, Value] = [next(x, cleanX, zx), next(y, cleanY, zy)];
    table.dispose();
    own.dispose();
    return result;
  });

  return async () => {
    defaultDevice(backend);
    let x = random
      .normal(random.key(np.array(7, { dtype: np.uint32 })), [particles, 1])
      .mul(program.priorStd);
    let y = random
      .normal(random.key(np.array(8, { dtype: np.uint32 })), [particles, 1])
      .mul(program.priorStd);
    for (const [k, table] of tables.entries()) {
      const key = random.key(np.array(100 + k, { dtype: np.uint32 }));
      const rows = np.array(table.rows.map((row) => [...row]));
      const own = np.array([table.cx, table.c0, table.cz]);
      [x, y] = step(x, y, key, rows, own);
    }
    await blockUntilReady([x, y]);
    x.dispose();
    y.dispose();
  };
}
