/** A collapsible group of controls; whether it is open is remembered on this device. */
import type { ReactNode } from "react";
import { useEdited, useEditedStore } from "../lab-context.ts";
import { Icon } from "../Icon.tsx";

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** The present setting in a few characters. */
  readonly digest: string;
  readonly openAtFirst?: boolean;
  readonly children: ReactNode;
}

/** Title and digest, and the controls when open. */
export function Section({ id, title, digest, openAtFirst = false, children }: SectionProps) {
  const store = useEditedStore();
  const open = useEdited((state) => state.sections[id] ?? openAtFirst);
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

/** The group itself; whoever draws it keeps whether it is open. */
export function SectionFrame(props: {
  readonly title: string;
  readonly digest: string;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly children: ReactNode;
}) {
  const { title, digest, open, onOpen, children } = props;
  return (
    <details
      className="section"
      open={open}
      onToggle={(event) => {
        const now = event.currentTarget.open;
        if (now !== open) onOpen(now);
      }}
    >
      <summary>
        <Icon name="chevron" />
        <span className="section-title">{title}</span>
        <span className="section-digest">{digest}</span>
      </summary>
      {open && <div className="section-body">{children}</div>}
    </details>
  );
}
