import { promisifyRequest } from "idb-keyval";
import type { Store } from "./store.ts";

const RECORDS = "records";

/** Keeps records in an IndexedDB database of that name; each write is one transaction. */
export function openIndexedDB(name: string): Store {
  let opened: Promise<IDBDatabase> | undefined;
  let cleared: Promise<unknown> | undefined;

  const open = async (): Promise<IDBDatabase> => {
    await cleared;
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

  const begin = async (mode: IDBTransactionMode): Promise<IDBTransaction> => {
    opened ??= open();
    try {
      return (await opened).transaction(RECORDS, mode);
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };

  const close = async (): Promise<void> => (await opened)?.close();

  return {
    async read() {
      const records = (await begin("readonly")).objectStore(RECORDS);
      const [keys, values] = await Promise.all([
        promisifyRequest(records.getAllKeys()),
        promisifyRequest(records.getAll()),
      ]);
      return new Map(keys.map((key, index) => [String(key), values[index]]));
    },

    async write(changes) {
      const transaction = await begin("readwrite");
      const records = transaction.objectStore(RECORDS);
      try {
        for (const [key, value] of changes) {
          if (value === undefined) records.delete(key);
          else records.put(value, key);
        }
      } catch (error) {
        transaction.abort();
        throw error;
      }
      await promisifyRequest(transaction);
    },

    async claim(key, value) {
      const transaction = await begin("readwrite");
      const records = transaction.objectStore(RECORDS);
      let found: unknown = await promisifyRequest(records.get(key));
      if (found === undefined) {
        records.put(value, key);
        found = value;
      }
      await promisifyRequest(transaction);
      return found;
    },

    async clear() {
      // The database itself goes, so that a visitor who refuses to be remembered finds none.
      const closing = close();
      opened = undefined;
      cleared = closing.catch(() => {}).then(() => promisifyRequest(indexedDB.deleteDatabase(name)));
      await cleared;
    },

    close,
  };
}
