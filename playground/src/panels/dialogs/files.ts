// Files out of the page and into it. Nothing goes anywhere but to the person's own disk.

/** Offers `content` as a download of that name. */
export function download(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read by then; without this the bytes stay in memory as long as the page.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** True where the browser let the text into the clipboard. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** "3.2 MB" */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Whether the beginning of a file can be text: UTF-8 without control characters. */
export async function isText(file: File): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  if (start.some((byte) => byte < 9 || (byte > 13 && byte < 32))) return false;
  try {
    // The cut may go through a character, which `stream` forgives.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}
