/** Which engine runs, why, and a self-test whose report can be copied. */
import { useState } from "react";
import { messageOf } from "../lab/abort.ts";
import { engineReport, selfTest, type SelfTestReport } from "../lab/self-test.ts";
import type { EngineState } from "../lab/state.ts";
import { EngineChoices } from "./EngineChoices.tsx";
import { Icon } from "./Icon.tsx";
import { useLab, useLabStore } from "./lab-context.ts";
import { Popover } from "./Popover.tsx";

/** The button in the strip names the engine; the panel tells the rest. */
export function EnginePanel() {
  const engine = useLab((state) => state.engine);
  return (
    <Popover
      label={`Engine: ${engineName(engine)}`}
      buttonClass="button engine-button"
      width={420}
      trigger={
        <>
          <Icon name="chip" /> <span className="engine-name">{engineName(engine)}</span>
        </>
      }
    >
      {() => <EngineDetails engine={engine} />}
    </Popover>
  );
}

function engineName(engine: EngineState): string {
  if (engine.phase === "starting") return "starting …";
  if (engine.phase === "failed") return "none";
  const { kind, adapter } = engine.info;
  return kind === "cpu" ? adapter : `WebGPU: ${adapter}`;
}

function EngineDetails({ engine }: { readonly engine: EngineState }) {
  const store = useLabStore();
  const choice = useLab((state) => state.engineChoice);
  return (
    <>
      <h2>Engine</h2>
      <EngineChoices choice={choice} onChoose={(value) => store.getState().set({ engineChoice: value })} />
      {engine.phase === "failed" && (
        <p className="error-text">No engine could be started: {engine.message}</p>
      )}
      {engine.phase === "starting" && <p>The engine is starting …</p>}
      {engine.phase === "ready" && (
        <>
          <p>{engine.reason}</p>
          <dl className="facts">
            <dt>Adapter</dt>
            <dd>{engine.info.adapter}</dd>
            <dt>Precision</dt>
            <dd>{engine.info.precision === "f64" ? "64 bit" : "32 bit"}</dd>
            <dt>Largest run</dt>
            <dd>{engine.info.maxParticles.toLocaleString("en-US")} particles</dd>
          </dl>
          <SelfTest engine={engine} />
        </>
      )}
    </>
  );
}

function SelfTest({ engine }: { readonly engine: Extract<EngineState, { phase: "ready" }> }) {
  const store = useLabStore();
  const [report, setReport] = useState<SelfTestReport | null>(null);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState<string | null>(null);

  const test = async () => {
    setBusy(true);
    setMessage(null);
    try {
      setReport(await store.getState().withEngine((one) => selfTest(one, () => performance.now())));
    } catch (error) {
      setMessage(`The self-test could not run: ${messageOf(error)}`);
    } finally {
      setBusy(false);
    }
  };
  const copy = async () => {
    const text = engineReport(engine.info, engine.reason, report, navigator.userAgent);
    try {
      await navigator.clipboard.writeText(text);
      setMessage("Report copied.");
    } catch {
      setMessage("The browser refused to copy; select the text below instead.");
    }
  };

  return (
    <>
      <div className="row">
        <button type="button" className="button small" disabled={busy} onClick={() => void test()}>
          {busy ? "Testing …" : "Run self-test"}
        </button>
        <button type="button" className="button small" onClick={() => void copy()}>
          Copy report
        </button>
      </div>
      <p className="muted" role="status">
        {message}
      </p>
      {report !== null && (
        <ul className="self-test">
          {report.lines.map((line) => (
            <li key={line.what}>
              <strong className={line.passed ? "good" : "error-text"}>
                {line.passed ? "Passed" : "Failed"}
              </strong>{" "}
              {line.what}: expected <span className="number">{line.expected}</span>, got{" "}
              <span className="number">{line.got}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
