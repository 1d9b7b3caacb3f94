import { useRef } from "react";
import type { TrainingStudyId } from "../../../lab/training/studies.ts";
import { TabList } from "../../TabList.tsx";
import { useTrainingStore, type TrainingTab } from "../training-context.ts";

const TABS: readonly { readonly id: TrainingTab; readonly tab: string }[] = [
  { id: "run", tab: "This run" },
  { id: "studies", tab: "Studies" },
  { id: "findings", tab: "Findings" },
];

/** The row of tabs above the charts. */
export function TrainingTabs({ open }: { readonly open: TrainingTab }) {
  const store = useTrainingStore();
  const last = useRef<TrainingStudyId>("eta-matrix");
  const show = (id: TrainingTab) => {
    const { study, set } = store.getState();
    if (study !== null) last.current = study;
    set({ study: id === "studies" ? last.current : null, findingsOpen: id === "findings" });
  };
  return <TabList label="Results" tabs={TABS} open={open} panel="study-panel" onOpen={show} />;
}
