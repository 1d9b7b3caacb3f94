/** A Gaussian law: dimension, mean, and covariance in one of four forms. */
import { adaptSpec } from "../../spec/adapt.ts";
import { LIMITS } from "../../spec/limits.ts";
import type { CovarianceSpec } from "../../spec/types.ts";
import { MatrixField } from "../fields/MatrixField.tsx";
import { NumberField } from "../fields/NumberField.tsx";
import { NumberListField } from "../fields/NumberListField.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import { usePropose } from "../lab-context.ts";
import {
  covarianceKind,
  MAX_TYPED_DIM,
  withCovarianceKind,
  withDimension,
  type CovarianceKind,
  type GaussianModel,
} from "./gaussian-edits.ts";
import { optionsOf } from "./options.ts";

const KINDS: Readonly<Record<CovarianceKind, string>> = {
  full: "Full matrix",
  isotropic: "Same in all directions",
  diagonal: "Diagonal",
  exponential: "Correlated neighbours",
};

/** The fields. In one dimension the covariance is a single variance. */
export function GaussianEditor({ model }: { readonly model: GaussianModel }) {
  const propose = usePropose();
  const dim = model.mean.length;
  const put = (next: GaussianModel, field: string) => propose((spec) => ({ ...spec, model: next }), field);
  const { full: _full, ...rules } = KINDS;
  return (
    <>
      <NumberField
        label="Dimension d"
        value={dim}
        fallback={1}
        slider={{ min: 1, max: 64, step: 1 }}
        onTry={(next) => {
          const { min, max } = LIMITS.dim;
          if (!Number.isInteger(next) || next < min || next > max) {
            return `Must be an integer from ${min} to ${max}.`;
          }
          return propose((spec) => adaptSpec({ ...spec, model: withDimension(model, next) }), "model.mean");
        }}
      />
      {dim === 1 ? (
        <>
          <NumberField
            label="Mean μ"
            value={model.mean[0] ?? 0}
            fallback={1.5}
            slider={{ min: -4, max: 4, step: 0.05 }}
            onTry={(mean) => put({ ...model, mean: [mean] }, "model.mean")}
          />
          <NumberField
            label="Variance λ"
            value={varianceOf(model.cov)}
            fallback={0.3}
            slider={{ min: 0.01, max: 10, log: true }}
            onTry={(variance) => put({ ...model, cov: [[variance]] }, "model.cov")}
          />
        </>
      ) : (
        <>
          <NumberListField
            label={`Mean μ (${dim} numbers)`}
            values={model.mean}
            fallback={new Array<number>(dim).fill(0)}
            onTry={(mean) => put({ ...model, mean }, "model.mean")}
          />
          <SelectField
            label="Covariance"
            value={covarianceKind(model.cov)}
            options={optionsOf<CovarianceKind>(dim <= MAX_TYPED_DIM ? KINDS : (rules as typeof KINDS))}
            onTry={(kind) => put(withCovarianceKind(model, kind), "model.cov")}
          />
          <CovarianceEditor cov={model.cov} onTry={(cov) => put({ ...model, cov }, "model.cov")} />
        </>
      )}
    </>
  );
}

function varianceOf(cov: CovarianceSpec): number {
  if (!("kind" in cov)) return cov[0]?.[0] ?? 1;
  return cov.kind === "diagonal" ? (cov.variances[0] ?? 1) : cov.variance;
}

interface CovarianceEditorProps {
  readonly cov: CovarianceSpec;
  readonly onTry: (cov: CovarianceSpec) => string | null;
}

function CovarianceEditor({ cov, onTry }: CovarianceEditorProps) {
  if (!("kind" in cov)) {
    return <MatrixField label="Covariance matrix" value={cov} onTry={(value) => onTry(value)} />;
  }
  if (cov.kind === "diagonal") {
    return (
      <NumberListField
        label="Variances"
        values={cov.variances}
        fallback={cov.variances.map(() => 0.3)}
        onTry={(variances) => onTry({ ...cov, variances })}
      />
    );
  }
  return (
    <>
      <NumberField
        label="Variance λ"
        value={cov.variance}
        fallback={0.3}
        slider={{ min: 0.01, max: 10, log: true }}
        onTry={(variance) => onTry({ ...cov, variance })}
      />
      {cov.kind === "exponential" && (
        <NumberField
          label="Correlation of neighbours"
          value={cov.correlation}
          fallback={0.5}
          slider={{ min: -0.95, max: 0.95, step: 0.05 }}
          onTry={(correlation) => onTry({ ...cov, correlation })}
        />
      )}
    </>
  );
}
