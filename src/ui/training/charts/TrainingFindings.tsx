/** Published findings, each with what this lab measured, whether that agrees, and its trainings to run again. */
import { formatAlike, formatInterval, formatNumber, INTERVAL_WORDS } from "../../../charts/format.ts";
import { FINDINGS_COMMAND, openFindingTraining } from "../../../lab/training/findings.ts";
import type {
  FindingTraining,
  MissingFindings,
  ShownFinding,
  ShownFindings,
} from "../../../lab/training/findings.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { ChartSkeleton } from "../../ChartSkeleton.tsx";
import { Icon } from "../../Icon.tsx";
import { algorithmDigest, noiseDigest } from "../controls/training-words.ts";
import { PaperLink } from "../PaperLink.tsx";
import { useTraining, useTrainingStore } from "../training-context.ts";
import { SeedStrip } from "./SeedStrip.tsx";

type Verdict = ShownFinding["verdict"];
type Claim = ShownFinding["claims"][number];

/** The panel. */
export function TrainingFindings() {
  const findings = useTraining((state) => state.findings);
  return (
    <>
      <h2 className="question">Published findings: do they hold on a model whose law is known?</h2>
      {(findings.phase === "none" || findings.phase === "loading") && <ChartSkeleton />}
      {findings.phase === "failed" && <LoadError message={findings.message} />}
      {findings.phase === "ready" && <Findings {...findings} />}
    </>
  );
}

function LoadError({ message }: { readonly message: string }) {
  const store = useTrainingStore();
  return (
    <div className="panel-error" role="alert">
      <p>{message}</p>
      <button type="button" className="button" onClick={() => store.getState().loadFindings()}>
        <Icon name="reset" /> Try again
      </button>
    </div>
  );
}

const MISSING: Readonly<Record<MissingFindings["part"], string>> = {
  trainings: "The findings on trainings of small models",
  prompts: "The finding on prompts",
};

function Findings({ rule, method, findings, missing }: ShownFindings) {
  return (
    <>
      {missing.map(({ part, message }) => (
        <LoadError key={part} message={`${MISSING[part]} could not be loaded. ${message}`} />
      ))}
      <p className="chart-summary">
        {countWords(findings)} Each was measured here on small models; {INTERVAL_WORDS} over seeds. The papers
        trained large image models for long: a disagreement says that a finding does not carry over to this
        model and this budget, not that the paper is wrong.
      </p>
      {method !== null && <p className="note">All trainings are of {method}.</p>}
      <p className="note">{rule}</p>
      {findings.map((finding) => (
        <Finding finding={finding} key={finding.id} />
      ))}
      <p className="note">
        Run all of them again with <code className="finding-command">{FINDINGS_COMMAND}</code>.
      </p>
    </>
  );
}

/** "Of 4 findings 1 agrees, 2 disagree and 1 is inconclusive." */
export function countWords(findings: readonly Pick<ShownFinding, "verdict">[]): string {
  const count = (verdict: Verdict, one: string, many: string) => {
    const n = findings.filter((f) => f.verdict === verdict).length;
    return n === 0 ? `none ${one}` : `${n} ${n === 1 ? one : many}`;
  };
  const agree = count("agrees", "agrees", "agree");
  const disagree = count("disagrees", "disagrees", "disagree");
  const open = count("inconclusive", "is inconclusive", "are inconclusive");
  return `Of ${findings.length} findings ${agree}, ${disagree} and ${open}.`;
}

/** Title, verdict and what was published; the rest is folded, so that all findings are seen together. */
function Finding({ finding }: { readonly finding: ShownFinding }) {
  const { id, title, published, verdict } = finding;
  return (
    <article className="finding" aria-labelledby={`finding-${id}`}>
      <div className="chart-head">
        <h3 id={`finding-${id}`}>{title}</h3>
        <VerdictBadge verdict={verdict} />
      </div>
      <p>
        <strong>Published:</strong> {published}
      </p>
      <details>
        <summary aria-describedby={`finding-${id}`}>Measured here: figures, method and replay</summary>
        <FindingDetails finding={finding} />
      </details>
    </article>
  );
}

function FindingDetails({ finding }: { readonly finding: ShownFinding }) {
  const { source, reference, test, figures, claims, day, version } = finding;
  return (
    <>
      <p className="note">Where: {source}</p>
      <PaperLink paper={reference} />
      <h4>Measured here</h4>
      <p>{test}</p>
      <ul className="finding-claims">
        {claims.map((claim) => (
          <ClaimLine claim={claim} key={claim.words} />
        ))}
      </ul>
      {figures.length > 0 && (
        <details>
          <summary>Figures behind it, mean over seeds</summary>
          <ul className="finding-figures">
            {figures.map((figure) => (
              <li key={figure.words}>
                {capital(figure.words)}: <span className="number">{figureWords(figure)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <FindingRuns finding={finding} />
      <p className="note">
        Run of {day}, version {version}.
      </p>
    </>
  );
}

/** What the finding rests on, to be opened. */
function FindingRuns({ finding: { title, trainings, studies } }: { readonly finding: ShownFinding }) {
  if (trainings.length + studies.length === 0)
    return (
      <p className="note">Another version of the lab made this file; this one does not know its trainings.</p>
    );
  return (
    <>
      <h4>{studies.length > 0 ? "Study" : "Trainings"}</h4>
      <ul className="finding-trainings">
        {trainings.map((training) => (
          <TrainingLine training={training} finding={title} key={training.label} />
        ))}
        {studies.map(({ label, link }) => (
          <li className="finding-training" key={link}>
            <span>{label}</span>
            <a
              className="button small"
              href={`#${link}`}
              aria-label={`Replay ${label}, of “${title}”`}
              title="Opens this study on the page of images, which runs it"
            >
              <Icon name="run" /> Replay
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

const VERDICTS = {
  agrees: { sign: "✓", word: "Agrees", look: "holds" },
  disagrees: { sign: "✕", word: "Disagrees", look: "violated" },
  inconclusive: { sign: "?", word: "Inconclusive", look: "inconclusive" },
} as const satisfies Record<Verdict, object>;

function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  const { sign, word, look } = VERDICTS[verdict];
  return (
    <span className={`verdict verdict-${look}`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  );
}

function ClaimLine({ claim }: { readonly claim: Claim }) {
  const { words, expected, measured, values, verdict } = claim;
  return (
    <li className="finding-claim">
      <p>
        {capital(words)}. The finding says: {expected}.
      </p>
      <p className="finding-figure">
        <span className="number">{figureWords(claim)}</span> <VerdictBadge verdict={verdict} />
      </p>
      {values.length > 0 && <SeedStrip measured={measured} values={values} />}
      {values.length > 0 && <p className="note number">Seed by seed: {formatAlike(values, 3).join(", ")}</p>}
    </li>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "−0.123 ± 0.045 over 5 seeds" */
export function figureWords({ measured }: Pick<Claim, "measured">): string {
  if (measured.n === 0) return "Not measured";
  if (!Number.isFinite(measured.se)) return `${formatNumber(measured.value)}, one seed`;
  return `${formatInterval(measured)} over ${measured.n} seeds`;
}

/** "DDPO-IS, η = 1.2, N = 10, batch 384, 30 iterations, seed 1" */
export function specLine(spec: TrainingSpec): string {
  const { batch, iterations, seed } = spec.training;
  return `${algorithmDigest(spec)}, ${noiseDigest(spec)}, batch ${batch}, ${iterations} iterations, seed ${seed}`;
}

interface TrainingLineProps {
  readonly training: FindingTraining;
  readonly finding: string;
}

function TrainingLine({ training, finding }: TrainingLineProps) {
  const store = useTrainingStore();
  const replay = () => {
    openFindingTraining(store, training);
    // The button is gone with its tab; the focus goes to the tab that has come.
    document.getElementById("tab-run")?.focus();
  };
  return (
    <li className="finding-training">
      <span>{specLine(training.spec)}</span>
      <button
        type="button"
        className="button small"
        aria-label={`Replay ${training.label}, of “${finding}”`}
        title="Opens this training in the page; press Train to run it"
        onClick={replay}
      >
        <Icon name="run" /> Replay
      </button>
    </li>
  );
}
