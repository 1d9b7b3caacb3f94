import type { PointFit } from "../../lab/points/points-client.ts";
import type { PointsSummary } from "../../lab/points/points-messages.ts";

/** The component counts that were tried, with BIC; the least was taken. */
export function FitTable({ fit, points }: { fit: PointFit; points: PointsSummary }) {
  const best = fit.tried.reduce((least, one) => (one.bic < least.bic ? one : least), fit.tried[0] ?? NONE);
  const chosen = fit.components.length;
  return (
    <div className="points-fit-report">
      <p role="status">
        {chosen} {chosen === 1 ? "component" : "components"}: the least BIC of {fit.tried.length} counts tried
        {fit.fitted < points.count &&
          `, fitted to a random ${fit.fitted.toLocaleString("en")} of the ${points.count.toLocaleString("en")} points`}
        .
      </p>
      <details>
        <summary>BIC by component count</summary>
        <table className="views-table">
          <thead>
            <tr>
              <th scope="col">components</th>
              <th scope="col">BIC − least</th>
              <th scope="col">log-likelihood, nats</th>
            </tr>
          </thead>
          <tbody>
            {fit.tried.map((one) => (
              <tr key={one.count} className={one === best ? "mixture-selected" : undefined}>
                <th scope="row">{one.count}</th>
                <td>{(one.bic - best.bic).toFixed(1)}</td>
                <td>{one.logLikelihood.toFixed(1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

const NONE = { count: 0, bic: 0, logLikelihood: 0 };
