import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What the provider of single sign-on in the tests keeps: in memory, one for each kind of thing. */
export function memoryAdapter(): Adapter {
  const kept = new Map<string, AdapterPayload>();
  const findBy = async (is: (payload: AdapterPayload) => boolean) => [...kept.values()].find(is);
  return {
    upsert: async (id, payload) => void kept.set(id, payload),
    find: async (id) => kept.get(id),
    findByUid: async (uid) => findBy((payload) => payload.uid === uid),
    findByUserCode: async (code) => findBy((payload) => payload.userCode === code),
    async consume(id) {
      const payload = kept.get(id);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => void kept.delete(id),
    async revokeByGrantId(grantId) {
      for (const [id, payload] of kept) if (payload.grantId === grantId) kept.delete(id);
    },
  };
}
