/** The bar at the top of the image page. */
import { HeaderBar, ThemeButton, UndoButtons } from "../Header.tsx";
import { useImages, useImageStore } from "./image-context.ts";
import { ImageAbout } from "./ImageAbout.tsx";
import { ImageShareMenu } from "./ImageShareMenu.tsx";

/** Name, the way to the other page, and the tools. */
export function ImageHeader() {
  const store = useImageStore();
  const theme = useImages((state) => state.theme);
  return (
    <HeaderBar
      page="images"
      tagline="A small prompt-to-image model: type a prompt, turn η and N, see what changes"
    >
      <UndoButtons store={store} />
      <ImageShareMenu />
      <ThemeButton theme={theme} onTheme={(next) => store.getState().set({ theme: next })} />
      <ImageAbout />
    </HeaderBar>
  );
}
