/** Keeps a fault in one panel from taking the page down. */
import { Component, type ReactNode } from "react";

interface Props {
  /** Names the panel: "The charts". */
  readonly what: string;
  readonly children: ReactNode;
}

/** Shows the children, or what went wrong with a button to try again. */
export class PanelBoundary extends Component<Props, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="panel-error" role="alert">
        <p>
          <strong>{this.props.what} stopped working.</strong> The rest of the page still runs.
        </p>
        <p className="muted">{error.message}</p>
        <button type="button" className="button" onClick={() => this.setState({ error: null })}>
          Try again
        </button>
      </div>
    );
  }
}
