import { useState, type ReactNode } from "react";
import { SectionFrame } from "../../controls/Section.tsx";

/** A collapsible group of controls on the image page. */
export function ImageSection(props: {
  readonly title: string;
  readonly digest: string;
  readonly openAtFirst?: boolean;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(props.openAtFirst ?? false);
  return (
    <SectionFrame title={props.title} digest={props.digest} open={open} onOpen={setOpen}>
      {props.children}
    </SectionFrame>
  );
}
