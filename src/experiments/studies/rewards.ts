/** (f) What each sampler reaches: expected rewards, moments, and the distance of its samples from the truth. */
import { defineExperiment } from "../experiment.ts";
import { distanceChart } from "./reward-distance.ts";
import { rewardPlan, type RewardPlan } from "./reward-plan.ts";
import { momentChart, rewardChart } from "./reward-quantities.ts";

/** See the registry. */
export const rewards = defineExperiment<RewardPlan>({
  id: "rewards",
  title: "What each sampler reaches",
  question: "What reward does each sampler reach, and how far are its samples from the truth?",
  plan: rewardPlan,
  charts: (made, result) => {
    const coordinates = Array.from({ length: Math.min(made.dim, 2) }, (_, i) => i);
    return [
      rewardChart(made, result),
      distanceChart(made, result),
      ...coordinates.flatMap((i) => [
        momentChart(made, result, i, "mean"),
        momentChart(made, result, i, "variance"),
      ]),
    ].filter((chart) => chart.series.length > 0);
  },
});
