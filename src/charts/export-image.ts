/** Charts as files: SVG with every style written out, and PNG drawn from it. */
import type { ChartData, Series } from "../measure/series.ts";
import { markerPath, MARKERS, THEORY_MARKS } from "./marks.ts";

const NAMESPACE = "http://www.w3.org/2000/svg";
const COPIED = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;
const PAD = 16;
const LINE = 20;

/** A standalone SVG document of the drawn chart: title above, legend below, colours as they are on the screen now. */
export function chartToSvg(chart: ChartData, drawn: SVGSVGElement): string {
  const width = drawn.clientWidth || drawn.getBoundingClientRect().width;
  const height = drawn.clientHeight || drawn.getBoundingClientRect().height;
  const series = chart.chart === "line" ? chart.series : [];
  const total = height + 2 * PAD + LINE * (1 + series.length);
  const root = document.createElementNS(NAMESPACE, "svg");
  setAll(root, {
    xmlns: NAMESPACE,
    width: width + 2 * PAD,
    height: total,
    viewBox: `0 0 ${width + 2 * PAD} ${total}`,
    "font-family": "system-ui, sans-serif",
  });
  const theme = getComputedStyle(drawn);
  const text = theme.getPropertyValue("--text").trim() || "#000";
  root.append(
    made("rect", {
      width: "100%",
      height: "100%",
      fill: theme.getPropertyValue("--surface").trim() || "#fff",
    }),
    label(chart.title, PAD, PAD + 12, text, 15),
  );
  const body = made("g", { transform: `translate(${PAD} ${PAD + LINE})` });
  body.append(...styledChildren(drawn));
  root.append(body);
  series.forEach((one, i) =>
    root.append(legendLine(one, PAD, PAD + LINE + height + LINE * (i + 0.8), theme, text)),
  );
  return new XMLSerializer().serializeToString(root);
}

/** The SVG drawn to a PNG at `scale` device pixels per CSS pixel. */
export async function svgToPng(svg: string, scale = 2): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * scale;
    canvas.height = image.naturalHeight * scale;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) =>
          blob
            ? resolve(blob)
            : reject(new Error("chart image: must fit a canvas, but it did not; make the window smaller")),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Offers `blob` to the user as a file. */
export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function styledChildren(source: Element): Node[] {
  return [...source.childNodes].flatMap((child) => {
    if (child.nodeType === Node.TEXT_NODE) return [child.cloneNode()];
    if (!(child instanceof SVGElement) || child.classList.contains("export-hide")) return [];
    if (child.tagName === "desc" || child.tagName === "title") return [];
    const copy = child.cloneNode(false) as SVGElement;
    const style = getComputedStyle(child);
    for (const name of COPIED) copy.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "style", "tabindex", "role", "aria-label", "data-cell"])
      copy.removeAttribute(name);
    copy.append(...styledChildren(child));
    return [copy];
  });
}

function legendLine(
  series: Series,
  x: number,
  y: number,
  theme: CSSStyleDeclaration,
  text: string,
): SVGElement {
  const colour = theme.getPropertyValue(`--hue-${series.hue}`).trim();
  const group = made("g", { transform: `translate(${x} ${y})` });
  if (series.role === "theory") {
    const mark = THEORY_MARKS[series.kind];
    const line = made("path", { d: "M 0 -4 H 28", stroke: colour, "stroke-width": mark.width, fill: "none" });
    if (mark.dash !== "") line.setAttribute("stroke-dasharray", mark.dash);
    group.append(line, label(`${series.label} (${series.kind})`, 36, 0, text, 12));
  } else {
    group.append(
      made("path", {
        d: markerPath(MARKERS[series.hue], 4),
        transform: "translate(14 -4)",
        fill: colour,
        stroke: colour,
      }),
      label(`${series.label} (measured, bars 95 %)`, 36, 0, text, 12),
    );
  }
  return group;
}

function label(content: string, x: number, y: number, fill: string, size: number): SVGElement {
  const text = made("text", { x, y, fill, "font-size": size });
  text.textContent = content;
  return text;
}

function made(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(NAMESPACE, tag);
  setAll(element, attributes);
  return element;
}

function setAll(element: Element, attributes: Readonly<Record<string, string | number>>) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
