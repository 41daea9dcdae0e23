// The error summary receives the focus when it arrives, so that it is heard first.

export function mount(summary) {
  summary.focus();
}
