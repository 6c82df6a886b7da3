/** What an IndexedDB request comes to. */
export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("IndexedDB failed"));
    };
  });
}

/** One database on this phone with one store, made when it is first used. */
export function phoneStore(database: string, name: string, keyPath: string) {
  /** Does all of `work` in one transaction, which nothing else comes between. */
  return async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(name, { keyPath });
    };
    const opened = await done(opening);
    try {
      return await work(opened.transaction(name, mode).objectStore(name));
    } finally {
      opened.close();
    }
  };
}
