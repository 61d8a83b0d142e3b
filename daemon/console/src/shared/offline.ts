// Starts the program that keeps the page without signal (worker.js beside the entries). Over plain HTTP from another host
// a browser allows none: the page then needs signal to open, and says so nowhere, because nothing is wrong.
export function startWorker(): void {
  if ('serviceWorker' in navigator) navigator.serviceWorker.register('worker.js').catch(() => undefined);
}
