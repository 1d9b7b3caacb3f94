/**
 * Reads the project's sources and tells where they break the rules of the house: who may import whom, no cycles, React
 * and GPU types only where they belong, nothing that turns text into code. Works on plain { path, text } records, so
 * that tests can plant violations.
 */
import { posix } from "node:path";
import { parseSync } from "rolldown/utils";

export interface SourceFile {
  /** Path from the project root with forward slashes, for example "src/math/philox.ts". */
  readonly path: string;
  readonly text: string;
}

/** One line of the import table. */
export interface Permission {
  /** Paths below src/, or from the root outside it, that may be imported: each a folder or a file. */
  readonly imports: readonly string[];
  /** Packages that may be imported; a scope or name stands for all below it. */
  readonly packages?: readonly string[];
  /** May name things of the browser: document, window, navigator and the like. */
  readonly browser?: boolean;
  /** May name WebGPU objects such as GPUDevice. */
  readonly gpu?: boolean;
}

/** Folder or file below src/ -> what it may import. The longest matching key decides. */
export type ImportTable = Readonly<Record<string, Permission>>;

interface Facts {
  readonly path: string;
  /** Import specifiers as written. */
  readonly specifiers: readonly string[];
  /** Names used that the file does not declare itself; names of properties are none. */
  readonly names: ReadonlySet<string>;
  readonly badCalls: readonly string[];
}

const SCRIPT = /\.(ts|tsx|mjs|js)$/;
const BROWSER_NAMES = [
  "document",
  "window",
  "navigator",
  "localStorage",
  "sessionStorage",
  "location",
  "history",
];

/** Every broken rule as one sentence, `path: what must hold, got what`. */
export function sourceViolations(files: readonly SourceFile[], table: ImportTable): readonly string[] {
  const facts = files.filter(({ path }) => SCRIPT.test(path)).map(readFacts);
  return [...facts.flatMap((file) => fileViolations(file, table)), ...cycles(facts)];
}

function fileViolations(file: Facts, table: ImportTable): readonly string[] {
  const permission = permissionOf(file.path, table);
  if (!permission) return [`${file.path}: must lie in a folder of the import table, got none`];
  return [
    ...file.specifiers.flatMap((specifier) => importViolation(file.path, specifier, permission, table)),
    ...BROWSER_NAMES.filter((name) => !permission.browser && file.names.has(name)).map(
      (name) => `${file.path}: must not depend on a browser, got "${name}"`,
    ),
    ...[...file.names]
      .filter((name) => !permission.gpu && /^GPU[A-Z]/.test(name))
      .map((name) => `${file.path}: must not name WebGPU objects, got "${name}"`),
    ...file.badCalls.map((call) => `${file.path}: must not turn text into code, got ${call}`),
  ];
}

function permissionOf(path: string, table: ImportTable): Permission | undefined {
  const keys = Object.keys(table).filter((key) => isBelow(path.replace(/^src\//, ""), key));
  const longest = keys.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : table[longest];
}

function importViolation(
  path: string,
  specifier: string,
  { imports, packages = [] }: Permission,
  table: ImportTable,
): readonly string[] {
  if (!specifier.startsWith(".")) {
    return packages.some((name) => isBelow(specifier, name) || specifier === name)
      ? []
      : [`${path}: must not import the package "${specifier}"`];
  }
  const target = resolve(path, specifier);
  const home = homeOf(path, table);
  const below = target.replace(/^src\//, "");
  const allowed =
    (home !== null && homeOf(target, table) === home) || imports.some((name) => isBelow(below, name));
  return allowed ? [] : [`${path}: must not import ${target}`];
}

function homeOf(path: string, table: ImportTable): string | null {
  const below = path.replace(/^src\//, "");
  const keys = Object.keys(table).filter((key) => isBelow(below, key));
  return keys.sort((a, b) => b.length - a.length)[0] ?? null;
}

function isBelow(path: string, folder: string): boolean {
  return (
    path === folder || path.startsWith(`${folder}/`) || (folder.endsWith(":") && path.startsWith(folder))
  );
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ""));
}

function readFacts({ path, text }: SourceFile): Facts {
  const lang = path.endsWith(".tsx") ? "tsx" : path.endsWith(".ts") ? "ts" : "js";
  const { program, module, errors } = parseSync(path, text, { lang });
  if (errors.length > 0) throw new SyntaxError(`${path}: must parse, got ${errors[0]?.message}`);
  const named = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((statement) =>
      statement.entries.map((entry) => entry.moduleRequest?.value),
    ),
    // Dynamic and type imports, and files named for workers.
    ...[...text.matchAll(/\bimport\(\s*["']([^"']+)["']/g)].map((match) => match[1]),
    ...[...text.matchAll(/new URL\(\s*["']([^"']+)["'],\s*import\.meta\.url/g)].map((match) => match[1]),
  ];
  const used = new Set<string>();
  const declared = new Set<string>();
  const badCalls: string[] = [];
  visit(program, { used, declared, badCalls });
  const names = new Set([...used].filter((name) => !declared.has(name)));
  return { path, specifiers: [...new Set(named.filter((name) => name !== undefined))], names, badCalls };
}

type Node = Readonly<Record<string, unknown>>;

interface Gathered {
  readonly used: Set<string>;
  /** Names that the file itself declares, in whatever scope: variables and parameters. */
  readonly declared: Set<string>;
  readonly badCalls: string[];
}

/** Walks the syntax tree, gathers names, and notes eval, Function and timers that are given text. */
function visit(node: unknown, found: Gathered): void {
  if (Array.isArray(node)) return node.forEach((child) => visit(child, found));
  if (!isNode(node)) return;
  if (node["type"] === "Identifier" || node["type"] === "JSXIdentifier") found.used.add(String(node["name"]));
  if (node["type"] === "VariableDeclarator") declare(node["id"], found.declared);
  if (Array.isArray(node["params"])) node["params"].forEach((param) => declare(param, found.declared));
  const bad = badCall(node);
  if (bad) found.badCalls.push(bad);
  const skipped = node["computed"] === true ? [] : ["property", "key"];
  for (const [key, child] of Object.entries(node)) {
    // The name of a property is no use of that name.
    if (!(skipped.includes(key) && isNode(child) && child["type"] === "Identifier")) visit(child, found);
  }
}

/** Names that a variable's or parameter's pattern binds. */
function declare(pattern: unknown, declared: Set<string>): void {
  if (Array.isArray(pattern)) return pattern.forEach((child) => declare(child, declared));
  if (!isNode(pattern)) return;
  if (pattern["type"] === "Identifier") declared.add(String(pattern["name"]));
  for (const key of ["elements", "properties", "value", "argument", "left", "parameter"])
    declare(pattern[key], declared);
}

function badCall(node: Node): string | null {
  if (node["type"] !== "CallExpression" && node["type"] !== "NewExpression") return null;
  const callee = node["callee"];
  const name = isNode(callee) ? String(callee["name"] ?? "") : "";
  if (name === "eval" || name === "Function") return `${name}(...)`;
  const first = Array.isArray(node["arguments"]) ? (node["arguments"][0] as unknown) : null;
  const isText = isNode(first) && (first["type"] === "TemplateLiteral" || typeof first["value"] === "string");
  return (name === "setTimeout" || name === "setInterval") && isText ? `${name} of text` : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}

/** Import cycles between files, each as the path that closes. */
function cycles(facts: readonly Facts[]): readonly string[] {
  const edges = new Map(
    facts.map(({ path, specifiers }) => [
      path,
      specifiers.filter((name) => name.startsWith(".")).map((name) => resolve(path, name)),
    ]),
  );
  const finished = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0)
      found.push(
        `${path}: must not import itself in a circle, got ${[...trail.slice(at), path].join(" > ")}`,
      );
    if (at >= 0 || finished.has(path)) return;
    // A worker's file may name itself in `new URL`, which starts a thread and imports nothing.
    for (const next of edges.get(path) ?? []) if (next !== path) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}
