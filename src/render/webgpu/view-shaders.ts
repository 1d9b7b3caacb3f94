/** The view shaders as they are compiled: shared text first. */
import density from "../../../shaders/render/density.wgsl?raw";
import densityCount from "../../../shaders/render/density_count.wgsl?raw";
import particles from "../../../shaders/render/particles.wgsl?raw";
import trails from "../../../shaders/render/trails.wgsl?raw";
import view from "../../../shaders/render/view.wgsl?raw";

/** Complete WGSL modules by name. */
export const VIEW_SHADERS = {
  particles: `${view}\n${particles}`,
  trails: `${view}\n${trails}`,
  density: `${view}\n${density}`,
  densityCount: `${view}\n${densityCount}`,
} as const;
