/** Messages that stay until dismissed, and the explanation of a link that could not be read. */
import { useEffect } from "react";
import type { Notice } from "../lab/state.ts";
import { Icon } from "./Icon.tsx";
import { useLab, useLabStore } from "./lab-context.ts";

/** Information goes away by itself after this long; warnings stay. */
const INFO_MS = 8000;

/** The messages, over the lower edge of the page. */
export function Notices() {
  const notices = useLab((state) => state.notices);
  return (
    <div className="notices" role="status">
      {notices.map((notice) => (
        <NoticeCard key={`${notice.id} ${notice.text}`} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const store = useLabStore();
  const { id, tone, text } = notice;
  useEffect(() => {
    if (tone !== "info") return;
    const timer = setTimeout(() => store.getState().dismiss(id), INFO_MS);
    return () => clearTimeout(timer);
  }, [store, id, tone]);
  return (
    <div className={`notice notice-${tone}`}>
      <Icon name={tone === "info" ? "info" : "warning"} />
      <p>{text}</p>
      <button
        type="button"
        className="icon-button"
        aria-label={`Dismiss: ${text.slice(0, 60)}`}
        onClick={() => store.getState().dismiss(id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** What is wrong with the link, field by field, with a button for each default. The link itself is kept. */
export function LinkErrorPanel() {
  const store = useLabStore();
  const problem = useLab((state) => state.linkProblem);
  if (problem === null) return null;
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
        {problem.problems.map(({ field, message, key }) => (
          <li key={`${field} ${message}`}>
            <span>
              <code>{field === "" ? "link" : field}</code> {message}
            </span>
            {key !== null && (
              <button type="button" className="button small" onClick={() => store.getState().mendLink(key)}>
                Use the default for {key}
              </button>
            )}
          </li>
        ))}
      </ul>
      <div className="row">
        <button type="button" className="button primary" onClick={() => store.getState().mendLink(null)}>
          Use defaults for all of these
        </button>
      </div>
    </section>
  );
}
