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
        return true;
      } catch {
        memory.set(key, value);
        return false;
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
    keys(prefix) {
      const keys = new Set<string>();
      try {
        for (const key of Object.keys(getStorage())) if (key.startsWith(prefix)) keys.add(key);
      } catch {
        // Blocked: there is only what memory holds.
      }
      for (const [key, value] of memory) {
        if (!key.startsWith(prefix)) continue;
        if (value === null) keys.delete(key);
        else keys.add(key);
      }
      return [...keys];
    },
    watch(prefix, listener) {
      const onStorage = ({ key, newValue }: StorageEvent) => {
        if (key === null || key.startsWith(prefix)) listener(key, newValue);
      };
      window.addEventListener('storage', onStorage);
      return () => window.removeEventListener('storage', onStorage);
    },
  };
}
