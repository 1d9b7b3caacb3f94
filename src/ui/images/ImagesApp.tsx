/** The image page: type a prompt, see images of both samplers from the same noise, turn eta and N. */
import type { ScratchStore } from "../../lab/images/scratch.ts";
import type { ImageLabStore } from "../../lab/images/state.ts";
import { LinkErrorCard, NoticeList } from "../Notices.tsx";
import { PageFrame } from "../PageFrame.tsx";
import { PanelBoundary } from "../PanelBoundary.tsx";
import "../styles/images.css";
import { useTheme } from "../use-theme.ts";
import { ImageControls } from "./controls/ImageControls.tsx";
import { ImageContext, useImages, useImageStore } from "./image-context.ts";
import { ImageHeader } from "./ImageHeader.tsx";
import { ImageRunStrip } from "./ImageRunStrip.tsx";
import { ImageStudy } from "./ImageStudy.tsx";
import { ScratchContext } from "./scratch/scratch-context.ts";
import { SamplesPanel } from "./samples/SamplesPanel.tsx";
import { useImageShortcuts } from "./use-image-shortcuts.ts";

/** The whole page over its store; `scratch` is the training from scratch, where the page offers one. */
export function ImagesApp(props: { readonly store: ImageLabStore; readonly scratch?: ScratchStore }) {
  const { store, scratch = null } = props;
  useImageShortcuts(store);
  return (
    <ImageContext value={store}>
      <ScratchContext value={scratch}>
        <PanelBoundary what="The page">
          <Page />
        </PanelBoundary>
      </ScratchContext>
    </ImageContext>
  );
}

function Page() {
  const store = useImageStore();
  const embed = useImages((state) => state.embed);
  const notices = useImages((state) => state.notices);
  const problem = useImages((state) => state.linkProblem);
  useTheme(useImages((state) => state.theme));
  return (
    <PageFrame embed={embed} header={<ImageHeader />}>
      <ImageRunStrip />
      {problem !== null && <LinkErrorCard problem={problem} onMend={store.getState().mendLink} />}
      <main className="columns image-columns">
        <ImageControls />
        <div className="panel views-panel" id="views">
          <PanelBoundary what="The images">
            <SamplesPanel />
          </PanelBoundary>
        </div>
        <ImageStudy />
      </main>
      <NoticeList notices={notices} onDismiss={store.getState().dismiss} />
    </PageFrame>
  );
}
