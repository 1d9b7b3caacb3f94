import { imageLinkOf } from "../../lab/images/address.ts";
import { ShareFrame } from "../ShareFrame.tsx";
import { useImageStore } from "./image-context.ts";

/** Sharing and files of the image page. */
export function ImageShareMenu() {
  const store = useImageStore();
  return <ShareFrame store={store} link={() => imageLinkOf(store.getState())} />;
}
