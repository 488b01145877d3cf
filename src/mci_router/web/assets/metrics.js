// Reads the Prometheus text format, as far as /metrics uses it.

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

// The samples of one family as [{labels, value}].
export function samples(text, name) {
  const found = [];
  for (const line of text.split("\n")) {
    const match = SAMPLE.exec(line);
    if (match?.[1] !== name) continue;
    const labels = Object.fromEntries([...(match[2] ?? "").matchAll(LABEL)].map(([, label, value]) => [label, value]));
    found.push({ labels, value: Number(match[3]) });
  }
  return found;
}

export const byLabel = (text, name, label) => new Map(samples(text, name).map(({ labels, value }) => [labels[label], value]));
