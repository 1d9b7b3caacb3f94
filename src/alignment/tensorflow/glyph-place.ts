/** How a backend of TensorFlow.js takes the glyph network's work. */
export interface GlyphPlace {
  /** Images of one piece, an even number. */
  readonly images: number;
  /**
   * Numbers are waited for, not there at once. Each piece then has all its images, the last one repeated: kernels are chosen by
   * shape, so with one shape a row's bits cannot depend on the rows beside it.
   */
  readonly device: boolean;
}

/** WebAssembly or plain JavaScript: some 10 MB of traces an image on the way back, and half a second of work a piece. */
export const ON_THIS_THREAD: GlyphPlace = { images: 10, device: false };

/**
 * A graphics card gets 500 dispatches for a piece, and 700 more on the way back, however small it is, and needs many images to be
 * busy: as many as an iteration has by default, some 160 MB of traces. A software adapter takes seconds for an image, and a piece
 * is what a cancellation waits for.
 */
export const ON_DEVICE: Readonly<Record<"hardware" | "software", GlyphPlace>> = {
  hardware: { images: 16, device: true },
  software: { images: 2, device: true },
};
