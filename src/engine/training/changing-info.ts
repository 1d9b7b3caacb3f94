/** What an engine runs on, which is known whole only after its glyph model is loaded. */
import type { TrainingEngineInfo } from "../training-engine.ts";

type Listener = (info: TrainingEngineInfo) => void;

export interface ChangingInfo {
  readonly now: () => TrainingEngineInfo;
  /** Takes what is known now; listeners hear of it if it is new. */
  readonly learn: Listener;
  readonly watch: (listener: Listener) => void;
}

export function changingInfo(first: TrainingEngineInfo): ChangingInfo {
  let info = first;
  const listeners: Listener[] = [];
  return {
    now: () => info,
    learn: (news) => {
      if (news === info) return;
      info = news;
      for (const listener of listeners) listener(news);
    },
    watch: (listener) => void listeners.push(listener),
  };
}
