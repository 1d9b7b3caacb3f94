/** Offers text to the user as a file. */
export function saveText(name: string, text: string, type: string): void {
  save(name, new Blob([text], { type }));
}

/** Offers bytes to the user as a file. */
export function saveBytes(name: string, bytes: Uint8Array): void {
  save(name, new Blob([Uint8Array.from(bytes)], { type: "application/octet-stream" }));
}

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
