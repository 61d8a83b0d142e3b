// What a page keeps on the telephone (IndexedDB), so that it works without signal and loses nothing when it is closed.
// One shelf of values by key; what belongs to one person has their id in its key.
const kName = 'qingkong';
const kShelf = 'kept';

let opened: Promise<IDBDatabase> | null = null;
function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(kName, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(kShelf);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}
function done<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
const shelf = async (mode: IDBTransactionMode): Promise<IDBObjectStore> => (await database()).transaction(kShelf, mode).objectStore(kShelf);

export async function kept<T>(key: string): Promise<T | undefined> {
  return (await done((await shelf('readonly')).get(key))) as T | undefined;
}
// A plain copy is kept: what Vue watches cannot be stored as it is.
export async function keep(key: string, value: unknown): Promise<void> {
  await done((await shelf('readwrite')).put(value, key));
}
export async function drop(key: string): Promise<void> {
  await done((await shelf('readwrite')).delete(key));
}
export async function keysFrom(start: string): Promise<string[]> {
  return (await done((await shelf('readonly')).getAllKeys(IDBKeyRange.bound(start, `${start}\uffff`)))) as string[];
}
// The browser throws nothing of it away by itself, where it agrees.
export function keepForLong(): void {
  void navigator.storage?.persist?.();
}
