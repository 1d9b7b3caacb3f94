/** What the page of the benchmark is asked, and what it answers. */

export interface PageSize {
  readonly images: number;
  readonly calls: number;
  /** Timed runs of each peer, after one to warm up. */
  readonly rounds: number;
}

export interface PageTimes {
  /** Adapter of our device, which TensorFlow.js shares, and of ONNX Runtime's own. */
  readonly adapter: string;
  readonly onnxAdapter: string;
  readonly onnxVersion: string;
  /** Least times, ms. */
  readonly own: number;
  readonly tensorFlow: number;
  /** NaN where ONNX Runtime does not run; `trouble` says why. */
  readonly onnx: number;
  readonly trouble: string | null;
  /** Largest difference of x0Hat from ours. */
  readonly apart: { readonly tensorFlow: number; readonly onnx: number };
}

/** What the page offers to who drives it. */
export interface NetworkPage {
  etalonBench: {
    /** True if the adapter computes on the CPU. */
    isSoftware(): Promise<boolean>;
    measure(size: PageSize): Promise<PageTimes>;
  };
}
