/** A formula card; the typesetter and the cards come in a chunk of their own. */
import { lazy, Suspense } from "react";
import { PanelBoundary } from "./PanelBoundary.tsx";

const Body = lazy(() => import("./FormulaBody.tsx"));

/** Fetches the typesetter ahead of need, so that the page works without a network later on. */
export async function preloadFormulas(): Promise<void> {
  const { loadFonts } = await import("./FormulaBody.tsx");
  await loadFonts();
}

/** The card of a formula id. */
export function FormulaCard({ id }: { readonly id: string }) {
  return (
    <PanelBoundary what="The formula">
      <Suspense fallback={<p className="muted formula-wait">Setting the formula …</p>}>
        <Body id={id} />
      </Suspense>
    </PanelBoundary>
  );
}
