/** One object store in a database of the browser's IndexedDB, opened when it is first used. */
export interface BrowserStore {
  /** Resolves with what the request of `work` gives; rejects where the browser refuses. Other requests may hang on it. */
  ask<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T>;
}

/** The store `name` of `database` in the page's `indexedDB`; `make` creates it where it is not there. */
export function openBrowserStore(
  factory: IDBFactory,
  database: string,
  name: string,
  make: (database: IDBDatabase) => void = (opened) => void opened.createObjectStore(name),
): BrowserStore {
  let open: Promise<IDBDatabase> | null = null;

  function opened(): Promise<IDBDatabase> {
    open ??= new Promise((resolve, reject) => {
      const request = factory.open(database, 1);
      request.onupgradeneeded = () => make(request.result);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("IndexedDB: could not be opened"));
    });
    return open;
  }

  return {
    ask: async (mode, work) => {
      const transaction = (await opened()).transaction(name, mode);
      const request = work(transaction.objectStore(name));
      return new Promise((resolve, reject) => {
        // A full disk shows when the transaction ends, after the request has succeeded.
        transaction.oncomplete = () => resolve(request.result);
        const refuse = () =>
          reject(request.error ?? transaction.error ?? new Error("IndexedDB: the request failed"));
        transaction.onerror = refuse;
        transaction.onabort = refuse;
      });
    },
  };
}
