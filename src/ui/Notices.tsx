/** Messages that stay until dismissed, and the explanation of a link that could not be read. */
import { useEffect } from "react";
import type { LinkProblem, Notice } from "../lab/state.ts";
import { Icon } from "./Icon.tsx";
import { useLab, useLabStore } from "./lab-context.ts";

/** Information goes away by itself after this long; warnings stay. */
const INFO_MS = 8000;

/** The lab's messages, over the lower edge of the page. */
export function Notices() {
  const store = useLabStore();
  const notices = useLab((state) => state.notices);
  return <NoticeList notices={notices} onDismiss={store.getState().dismiss} />;
}

/** Messages with a button each; `onDismiss` must not change between draws. */
export function NoticeList(props: {
  readonly notices: readonly Notice[];
  readonly onDismiss: (id: string) => void;
}) {
  return (
    <div className="notices" role="status">
      {props.notices.map((notice) => (
        <NoticeCard key={`${notice.id} ${notice.text}`} notice={notice} onDismiss={props.onDismiss} />
      ))}
    </div>
  );
}

function NoticeCard(props: { readonly notice: Notice; readonly onDismiss: (id: string) => void }) {
  const { onDismiss } = props;
  const { id, tone, text } = props.notice;
  useEffect(() => {
    if (tone !== "info") return;
    const timer = setTimeout(() => onDismiss(id), INFO_MS);
    return () => clearTimeout(timer);
  }, [onDismiss, id, tone]);
  return (
    <div className={`notice notice-${tone}`}>
      <Icon name={tone === "info" ? "info" : "warning"} />
      <p>{text}</p>
      <button
        type="button"
        className="icon-button"
        aria-label={`Dismiss: ${text.slice(0, 60)}`}
        onClick={() => onDismiss(id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** What is wrong with the lab's link, if anything is. */
export function LinkErrorPanel() {
  const store = useLabStore();
  const problem = useLab((state) => state.linkProblem);
  return problem === null ? null : <LinkErrorCard problem={problem} onMend={store.getState().mendLink} />;
}

/** What is wrong with a link, key by key, with a button for each default. The link itself is kept. */
export function LinkErrorCard(props: {
  readonly problem: LinkProblem;
  /** Leaves one key out of the link, or all at fault if null. */
  readonly onMend: (key: string | null) => void;
}) {
  const { problem, onMend } = props;
  return (
    <section className="link-error" role="alert" aria-label="The link could not be opened">
      <h2>
        <Icon name="warning" /> The link could not be opened as it is
      </h2>
      <p>
        The rest of the page shows the nearest valid experiment. Your link stays in the address bar until you
        choose.
      </p>
      <ul>
        {problem.problems.map(({ field, typed = field, message, key }) => (
          <li key={`${field} ${message}`}>
            <span>
              <code>{typed === "" ? "link" : typed}</code> {message}
            </span>
            {key !== null && (
              <button type="button" className="button small" onClick={() => onMend(key)}>
                Use the default for {key}
              </button>
            )}
          </li>
        ))}
      </ul>
      <div className="row">
        <button type="button" className="button primary" onClick={() => onMend(null)}>
          Use defaults for all of these
        </button>
      </div>
    </section>
  );
}
