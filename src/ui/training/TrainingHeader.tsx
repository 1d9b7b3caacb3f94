/** The bar at the top of the training page. */
import { HeaderBar, ThemeButton, UndoButtons } from "../Header.tsx";
import { useTraining, useTrainingStore } from "./training-context.ts";
import { TrainingAbout } from "./TrainingAbout.tsx";
import { TrainingShareMenu } from "./TrainingShareMenu.tsx";

/** Name, the way to the other pages, and the tools. */
export function TrainingHeader() {
  const store = useTrainingStore();
  const theme = useTraining((state) => state.theme);
  return (
    <HeaderBar page="training" tagline="RLHF of a small learned model: train with noise, deploy without">
      <UndoButtons store={store} />
      <TrainingShareMenu />
      <ThemeButton theme={theme} onTheme={(next) => store.getState().set({ theme: next })} />
      <TrainingAbout />
    </HeaderBar>
  );
}
