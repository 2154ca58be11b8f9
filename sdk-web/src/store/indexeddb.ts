import { promisifyRequest } from "idb-keyval";
import type { Store } from "./store.ts";

const RECORDS = "records";

/** Keeps records in an IndexedDB database of that name. */
export function openIndexedDB(name: string): Store {
  let opened: Promise<IDBDatabase> | undefined;

  const open = async (): Promise<IDBDatabase> => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(RECORDS);
    const database = await promisifyRequest(request);
    // Whoever deletes the database shall not wait for this page; the next call opens it again.
    database.onversionchange = () => {
      database.close();
      opened = undefined;
    };
    database.onclose = () => {
      opened = undefined;
    };
    return database;
  };

  const begin = async (): Promise<IDBTransaction> => {
    opened ??= open();
    try {
      return (await opened).transaction(RECORDS, "readwrite");
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };

  return {
    async transact(first, last, decide) {
      const transaction = await begin();
      const records = transaction.objectStore(RECORDS);
      const range = IDBKeyRange.bound(first, last);
      const [keys, values] = await Promise.all([
        promisifyRequest(records.getAllKeys(range)),
        promisifyRequest(records.getAll(range)),
      ]);
      const found = new Map(keys.map((key, index) => [String(key), values[index]]));
      try {
        for (const [key, value] of decide(found)) {
          if (value === undefined) records.delete(key);
          else records.put(value, key);
        }
      } catch (error) {
        transaction.abort();
        throw error;
      }
      await promisifyRequest(transaction);
      return found;
    },

    close: async () => (await opened)?.close(),
  };
}
