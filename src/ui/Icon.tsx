/** Line icons, 16 by 16, in the colour of the text. Always decorative: the control carries the name. */
const PATHS = {
  undo: "M6.5 3 3 6.5 6.5 10 M3 6.5 H9.5 A3.5 3.5 0 0 1 9.5 13.5 H7",
  redo: "M9.5 3 13 6.5 9.5 10 M13 6.5 H6.5 A3.5 3.5 0 0 0 6.5 13.5 H9",
  share: "M8 10 V2.5 M5 5 8 2.2 11 5 M3 8.5 V13.5 H13 V8.5",
  sun: "M8 5 A3 3 0 1 0 8 11 A3 3 0 1 0 8 5 M8 1 V2.5 M8 13.5 V15 M1 8 H2.5 M13.5 8 H15 M3 3 4.1 4.1 M11.9 11.9 13 13 M13 3 11.9 4.1 M4.1 11.9 3 13",
  moon: "M13.2 9.8 A5.8 5.8 0 1 1 6.2 2.8 A4.6 4.6 0 0 0 13.2 9.8 Z",
  auto: "M8 2 A6 6 0 1 0 8 14 A6 6 0 1 0 8 2 M8 2 V14 M8 5 H12.6 M8 8 H14 M8 11 H12.6",
  reset: "M3.5 8 A4.5 4.5 0 1 0 5.2 4.5 M5.6 1.8 5.2 4.6 8 5",
  dice: "M3 3 H13 V13 H3 Z M5.7 5.7 H5.8 M10.2 5.7 H10.3 M8 8 H8.1 M5.7 10.3 H5.8 M10.2 10.3 H10.3",
  lock: "M3.5 7.5 H12.5 V13.5 H3.5 Z M5.5 7.5 V5 A2.5 2.5 0 0 1 10.5 5 V7.5",
  unlock: "M3.5 7.5 H12.5 V13.5 H3.5 Z M5.5 7.5 V5 A2.5 2.5 0 0 1 10.3 4",
  run: "M4.5 3 12.5 8 4.5 13 Z",
  pause: "M5.5 3.5 V12.5 M10.5 3.5 V12.5",
  branch: "M4.5 2.5 V13.5 M4.5 10 C4.5 7 11.5 8.5 11.5 4.5 M9 6.5 11.5 3.8 14 6.5",
  stop: "M4 4 H12 V12 H4 Z",
  help: "M6 6.2 A2.1 2.1 0 1 1 8.9 8 C8.2 8.4 8 8.8 8 9.6 M8 12.2 V12.3",
  close: "M4 4 12 12 M12 4 4 12",
  plus: "M8 3 V13 M3 8 H13",
  minus: "M3 8 H13",
  copy: "M5.5 5.5 H13 V13.5 H5.5 Z M10.5 5.5 V2.5 H3 V10.5 H5.5",
  keyboard: "M1.5 4 H14.5 V12 H1.5 Z M4 6.7 H4.1 M6.7 6.7 H6.8 M9.3 6.7 H9.4 M12 6.7 H12.1 M5 9.5 H11",
  chip: "M4.5 4.5 H11.5 V11.5 H4.5 Z M6.5 2 V4.5 M9.5 2 V4.5 M6.5 11.5 V14 M9.5 11.5 V14 M2 6.5 H4.5 M2 9.5 H4.5 M11.5 6.5 H14 M11.5 9.5 H14",
  info: "M8 2 A6 6 0 1 0 8 14 A6 6 0 1 0 8 2 M8 7.3 V11 M8 4.9 V5",
  warning: "M8 2.2 14.5 13.5 H1.5 Z M8 6.5 V9.8 M8 11.7 V11.8",
  chevron: "M5 6.5 8 9.5 11 6.5",
} as const;

export type IconName = keyof typeof PATHS;

/** The icon of that name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
