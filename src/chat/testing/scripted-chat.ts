// A visitor's chat without a server: shows the state it is given and remembers what it was told to do.
import { createStore } from '../../core/store.ts';
import type { IdentifiedChat, VisitorChatEvent, VisitorChatState } from '../../core/visitor-chat.ts';

const IDLE: VisitorChatState = {
  phase: 'idle',
  error: null,
  connection: 'idle',
  settings: null,
  availability: null,
  visitor: null,
  sessions: [],
  current: null,
  messages: [],
  hasEarlier: false,
  loadingEarlier: false,
  typing: null,
  unread: 0,
  resumesAt: null,
};

export interface ScriptedChat extends IdentifiedChat {
  set(patch: Partial<VisitorChatState>): void;
  emit(event: VisitorChatEvent): void;
  /** Commands so far, like `send Hello`. */
  readonly calls: string[];
  /** The next `send` rejects with this. */
  refuseSend(reason: unknown): void;
  readonly listeners: { readonly state: number; readonly events: number };
  readonly isRunning: boolean;
}

export function scriptedChat(initial: Partial<VisitorChatState> = {}): ScriptedChat {
  const store = createStore<VisitorChatState>({ ...IDLE, ...initial });
  const events = new Set<(event: VisitorChatEvent) => void>();
  const calls: string[] = [];
  let draft = '';
  let form = '';
  const device = new Map<string, string>();
  let running = false;
  let subscribers = 0;
  let refusal: unknown = null;
  const note = (call: string) => {
    calls.push(call);
    return Promise.resolve();
  };
  return {
    calls,
    set: (patch) => store.set(patch),
    emit: (event) => {
      for (const listener of events) listener(event);
    },
    refuseSend: (reason) => {
      refusal = reason;
    },
    get listeners() {
      return { state: subscribers, events: events.size };
    },
    get isRunning() {
      return running;
    },
    get state() {
      return store.get();
    },
    subscribe(listener) {
      subscribers++;
      const undo = store.subscribe(listener);
      return () => {
        subscribers--;
        undo();
      };
    },
    start: () => {
      running = true;
    },
    stop: () => {
      running = false;
    },
    onEvent(listener) {
      events.add(listener);
      return () => events.delete(listener);
    },
    setOpen: (open) => {
      if (calls.findLast((call) => call.startsWith('open ')) !== `open ${open}`) calls.push(`open ${open}`);
    },
    reload: () => note('reload'),
    async send(text) {
      calls.push(`send ${text}`);
      const reason = refusal;
      refusal = null;
      if (reason) throw reason;
    },
    retry: (clientId) => note(`retry ${clientId}`),
    discard: (clientId) => void note(`discard ${clientId}`),
    startConversation: () => {
      calls.push('startConversation');
      store.set({ current: null, messages: [] });
    },
    select: (sessionId) => note(`select ${sessionId}`),
    loadEarlier: () => note('loadEarlier'),
    noteTyping: () => void note('typing'),
    closeConversation: () => note('close'),
    reopenConversation: () => note('reopen'),
    rate: (rating, comment) => note(`rate ${rating} ${comment ?? ''}`.trim()),
    updateProfile: (patch) => note(`profile ${JSON.stringify(patch)}`),
    get draft() {
      return draft;
    },
    setDraft: (text) => {
      draft = text;
    },
    get form() {
      return form;
    },
    setForm: (text) => {
      form = text;
    },
    transcript: async () => store.get().messages,
    recall: (name) => device.get(name) ?? '',
    remember: (name, text) => void device.set(name, text),
    reset: () => void note('reset'),
    identify: () => void note('identify'),
  };
}
