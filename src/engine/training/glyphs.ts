/** The glyph model as training needs it: the frozen network, and what judges images. */
import { adaptedLayers, initialAdapter } from "../../alignment/adapter.ts";
import type { Judge } from "../../alignment/judge.ts";
import type { PolicyNetwork } from "../../alignment/policy-network.ts";
import { createGlyphPolicy } from "../../alignment/tensorflow/glyph-policy.ts";
import { GLYPH } from "../../network/architecture.ts";
import { checkManifest, openWeights } from "../../network/manifest.ts";
import { TensorNetwork } from "../../network/tensorflow/network.ts";
import type { PreferenceModel } from "../../rewards/image/preference.ts";
import type { RewardTools } from "../images/reward-values.ts";
import { openEvaluationClassifiers, type ReadModel, tensorflowModels } from "../images/tensorflow-models.ts";
import type { GlyphProblem, LoadControl } from "../training-engine.ts";
import type { Rest } from "../../alignment/rest.ts";
import type { GlyphHome } from "./glyph-home.ts";

export interface GlyphModel {
  readonly network: TensorNetwork;
  /** What may be trained on. */
  readonly rewards: RewardTools;
  /** What judges held-out rewards: other classifiers, which are never trained on. */
  readonly heldOut: RewardTools;
  /** Where all of it runs; missing for a backend that computes in this thread. */
  readonly home?: GlyphHome | undefined;
}

/** Where the glyph model comes from. */
export interface GlyphModels {
  /** Rejects with an error that names the file and what is wrong. */
  load(weights: GlyphProblem["weights"], control: LoadControl): Promise<GlyphModel>;
  dispose(): void;
}

/**
 * Models from files that `read` brings, each once, on the backend that is active then, which `openHome` may choose first.
 * `preference` is the model behind the aesthetic reward, or why there is none.
 */
export function glyphModels(
  read: ReadModel,
  preference: () => Promise<PreferenceModel | string>,
  openHome?: () => Promise<GlyphHome>,
): GlyphModels {
  const loaded = new Map<GlyphProblem["weights"], GlyphModel>();
  let opening: Promise<GlyphHome | undefined> | null = null;
  let tools: Pick<GlyphModel, "rewards" | "heldOut"> | null = null;
  const openTools = async (control: LoadControl) => {
    const quiet = control.signal ? { signal: control.signal } : {};
    const found = await preference();
    const scorer = typeof found === "string" ? null : found;
    return {
      rewards: { classifiers: await tensorflowModels(read).openJudges(quiet), preference: scorer },
      heldOut: { classifiers: await openEvaluationClassifiers(read, quiet), preference: scorer },
    };
  };
  return {
    load: async (weights, control) => {
      const known = loaded.get(weights);
      if (known) return known;
      const { manifest, bytes } = await read(weights, control);
      checkManifest(manifest, GLYPH);
      const opened = await openWeights(bytes, manifest, GLYPH);
      const home = await (opening ??= openHome?.() ?? Promise.resolve(undefined));
      const make = async (): Promise<GlyphModel> => {
        tools ??= await openTools(control);
        return { ...tools, network: new TensorNetwork(opened), home };
      };
      const model = await (home ? home.run(make) : make());
      loaded.set(weights, model);
      return model;
    },
    dispose: () => {
      for (const { network } of loaded.values()) network.dispose();
      loaded.clear();
    },
  };
}

/** Makes policies of a problem over its model. Throws RangeError for parameters of another adapter. */
export function glyphPolicies({ network, home }: GlyphModel, problem: GlyphProblem, rest: Rest) {
  const place = home?.place ? { place: home.place } : {};
  const layers = adaptedLayers(network.weights.architecture, problem.adapter);
  return {
    /** Untrained parts: the pretrained model. */
    start: (): Float64Array => initialAdapter(layers, problem.adapter.seed),
    make: (parameters: Float64Array): PolicyNetwork => {
      const { prompts } = problem;
      const policy = createGlyphPolicy({ network, prompts, layers, parameters, rest, ...place });
      return home ? policyAt(home, policy) : policy;
    },
  };
}

/** The policy, whose work tells of a lost device. */
function policyAt({ run }: GlyphHome, policy: PolicyNetwork): PolicyNetwork {
  return {
    shape: policy.shape,
    parts: policy.parts,
    ...(policy.rowsAtOnce === undefined ? {} : { rowsAtOnce: policy.rowsAtOnce }),
    predict: (...rows) => run(() => policy.predict(...rows)),
    accumulate: (...rows) => run(() => policy.accumulate(...rows)),
    pullToInput: (...rows) => run(() => policy.pullToInput(...rows)),
    takeGradient: () => policy.takeGradient(),
    read: () => policy.read(),
    write: (parameters) => policy.write(parameters),
    dispose: () => policy.dispose(),
  };
}

/** The judge, whose classifiers' work tells of a lost device. */
export function judgeAt(home: GlyphHome | undefined, judge: Judge): Judge {
  if (!home) return judge;
  return {
    rewards: judge.rewards,
    values: (...rows) => home.run(() => judge.values(...rows)),
    gradient: (...rows) => home.run(() => judge.gradient(...rows)),
  };
}
