/** Rewards of recorded particles, worked out by the engine in use. */
import { useEffect, useState } from "react";
import type { LabStore } from "../../lab/state.ts";
import type { Estimate } from "../../measure/estimate.ts";
import { meanOf, pathOf, shapeOf } from "./particle-values.ts";
import type { Shown } from "./use-views.ts";

/** Rewards along the path of one particle: [arm][frame]; null until they are there. */
export function usePathRewards(
  store: LabStore,
  shown: Shown,
  particle: number | null,
): readonly Float64Array[] | null {
  const [known, setKnown] = useState<{ of: Shown; particle: number; rewards: Float64Array[] } | null>(null);
  useEffect(() => {
    if (particle === null) return;
    let wanted = true;
    const { program } = shown.data.reward;
    const paths = shown.values.map((values) => pathOf(values, shapeOf(shown.data), particle));
    store
      .getState()
      .withEngine((engine) => Promise.all(paths.map((path) => engine.rewards(program, path))))
      .then(
        (rewards) => {
          if (wanted) setKnown({ of: shown, particle, rewards });
        },
        // A lost engine shows its own message; the pair stays without rewards until the next recording.
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, [store, shown, particle]);
  return known !== null && known.of === shown && known.particle === particle ? known.rewards : null;
}

/** Mean reward of the samples of each arm, and of the paired difference SDE - ODE. */
export interface SampleRewards {
  readonly arms: readonly Estimate[];
  readonly gap: Estimate | null;
}

/** Rewards of the recorded samples at the last frame; null until they are there. */
export function useSampleRewards(store: LabStore, shown: Shown): SampleRewards | null {
  const [known, setKnown] = useState<{ of: Shown; rewards: SampleRewards } | null>(null);
  useEffect(() => {
    let wanted = true;
    const { program } = shown.data.reward;
    const { particles, dim } = shapeOf(shown.data);
    const ends = shown.values.map((values) =>
      Float64Array.from(values.subarray(values.length - particles * dim)),
    );
    store
      .getState()
      .withEngine((engine) => Promise.all(ends.map((x) => engine.rewards(program, x))))
      .then(
        ([ode, sde]) => {
          if (!wanted || ode === undefined) return;
          const gap = sde === undefined ? null : meanOf(sde.map((reward, i) => reward - (ode[i] ?? NaN)));
          const arms = sde === undefined ? [meanOf(ode)] : [meanOf(ode), meanOf(sde)];
          setKnown({ of: shown, rewards: { arms, gap } });
        },
        // As above: the engine's loss has its own message.
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, [store, shown]);
  return known !== null && known.of === shown ? known.rewards : null;
}
