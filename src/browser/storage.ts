import type { KeyValueStorage } from '../core/ports.ts';

/** localStorage where it works; what it refuses (blocked, full) is held in memory instead. Never throws. */
export function createStorage(getStorage: () => Storage = () => localStorage): KeyValueStorage {
  const memory = new Map<string, string | null>();
  return {
    get(key) {
      const held = memory.get(key);
      if (held !== undefined) return held;
      try {
        return getStorage().getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        getStorage().setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      try {
        getStorage().removeItem(key);
        memory.delete(key);
      } catch {
        memory.set(key, null);
      }
    },
  };
}
