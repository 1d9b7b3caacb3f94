/** A canvas of the views: its renderer, and drawing when anything it shows has changed. */
import { useEffect, useRef, type RefObject } from "react";
import type { FrameLook, ParticleCloud, ParticleRenderer } from "../../render/scene.ts";
import type { ViewStage } from "../../render/view-stage.ts";

/** Draws `cloud` with `look` on the canvas of the ref, `size` CSS px square, when one of them is another. The canvas must be new for a new stage. */
export function useParticleCanvas(
  canvas: RefObject<HTMLCanvasElement | null>,
  stage: ViewStage,
  cloud: ParticleCloud,
  look: FrameLook,
  size: number,
): void {
  const renderer = useRef<ParticleRenderer | null>(null);
  const loaded = useRef<ParticleCloud | null>(null);
  const sized = useRef(0);
  useEffect(() => {
    if (canvas.current === null) return;
    const made = stage.mount(canvas.current);
    renderer.current = made;
    loaded.current = null;
    sized.current = 0;
    return () => {
      renderer.current = null;
      made.dispose();
    };
  }, [canvas, stage]);
  useEffect(() => {
    const at = renderer.current;
    if (at === null || size <= 0) return;
    if (loaded.current !== cloud) at.setCloud(cloud);
    loaded.current = cloud;
    if (sized.current !== size) at.resize(size, size, Math.min(2, window.devicePixelRatio));
    sized.current = size;
    at.draw(look);
    // A new stage or canvas has a new renderer, which has drawn nothing yet.
  }, [canvas, stage, cloud, look, size]);
}
