import type { ReactNode } from "react";
import { SectionFrame } from "../../controls/Section.tsx";
import { useTraining, useTrainingStore } from "../training-context.ts";

/** A collapsible group of controls on the training page. */
export function TrainingSection(props: {
  readonly id: string;
  readonly title: string;
  readonly digest: string;
  readonly openAtFirst?: boolean;
  readonly children: ReactNode;
}) {
  const { id, title, digest, openAtFirst = false, children } = props;
  const store = useTrainingStore();
  const open = useTraining((state) => state.sections[id] ?? openAtFirst);
  return (
    <SectionFrame
      title={title}
      digest={digest}
      open={open}
      onOpen={(now) => store.getState().set({ sections: { ...store.getState().sections, [id]: now } })}
    >
      {children}
    </SectionFrame>
  );
}
