import { imageLinkOf } from "../../lab/images/address.ts";
import { ShareFrame } from "../ShareFrame.tsx";
import { useImages, useImageStore } from "./image-context.ts";
import { shareHint } from "./image-run-words.ts";

/** Sharing and files of the image page. */
export function ImageShareMenu() {
  const store = useImageStore();
  return <ShareFrame store={store} link={() => imageLinkOf(store.getState())} hint={useImages(shareHint)} />;
}
