/** A button with a panel that opens beside it: native popover, so Escape and a click elsewhere close it. */
import { useId, useRef, useState, type ReactNode, type ToggleEvent } from "react";

export interface PopoverProps {
  /** Name of the button, if `trigger` is not text. */
  readonly label: string;
  readonly trigger: ReactNode;
  readonly buttonClass?: string;
  /** Width of the panel, CSS px, where the screen allows it. */
  readonly width?: number;
  /** Drawn only while open. */
  readonly children: () => ReactNode;
}

const EDGE = 8;

/** The button and its panel. */
export function Popover({ label, trigger, buttonClass = "button", width = 320, children }: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const onBeforeToggle = (event: ToggleEvent<HTMLDivElement>) => {
    if (event.newState !== "open") return;
    if (button.current !== null && panel.current !== null) place(panel.current, button.current, width);
    setOpen(true);
  };
  // Emptied only after it has closed: the browser gives the focus back to the button only if it is still inside.
  const onToggle = (event: ToggleEvent<HTMLDivElement>) => {
    if (event.newState === "closed") setOpen(false);
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={buttonClass}
        aria-label={label}
        aria-expanded={open}
        popoverTarget={id}
      >
        {trigger}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="popover"
        role="group"
        aria-label={label}
        onBeforeToggle={onBeforeToggle}
        onToggle={onToggle}
      >
        {open && children()}
      </div>
    </>
  );
}

/** Below the button, or above it in the lower part of the window; always inside the window. */
function place(panel: HTMLElement, button: HTMLElement, wanted: number) {
  const at = button.getBoundingClientRect();
  const width = Math.min(wanted, innerWidth - 2 * EDGE);
  const left = Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE));
  const below = at.bottom < 0.6 * innerHeight;
  const room = below ? innerHeight - at.bottom : at.top;
  panel.style.width = `${width}px`;
  panel.style.left = `${left}px`;
  panel.style.top = below ? `${at.bottom + 6}px` : "auto";
  panel.style.bottom = below ? "auto" : `${innerHeight - at.top + 6}px`;
  panel.style.maxHeight = `${room - 6 - EDGE}px`;
}
