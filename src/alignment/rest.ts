/** Awaited between the pieces of a call of a network, so that whoever runs it can pause or cancel; it rejects where work must stop. */
export type Rest = () => Promise<void>;

/** No pause at all. */
export const AT_ONCE: Rest = () => Promise.resolve();
