// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { createBrowser } from './browser.ts';

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

function pageShow(persisted: boolean): void {
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
}

afterEach(() => vi.restoreAllMocks());

test('a page wakes when shown, online, or back from the cache', () => {
  const { environment } = createBrowser();
  const wake = vi.fn();
  const undo = environment.onWake(wake);
  show('hidden');
  expect(wake).toHaveBeenCalledTimes(0);
  show('visible');
  window.dispatchEvent(new Event('online'));
  pageShow(false);
  expect(wake).toHaveBeenCalledTimes(2);
  pageShow(true);
  expect(wake).toHaveBeenCalledTimes(3);
  undo();
  show('visible');
  expect(wake).toHaveBeenCalledTimes(3);
});

test('visibility and network are told when they change', () => {
  const { environment } = createBrowser();
  const change = vi.fn();
  const undo = environment.onChange(change);
  show('hidden');
  expect(environment.isVisible()).toBe(false);
  window.dispatchEvent(new Event('offline'));
  expect(change).toHaveBeenCalledTimes(2);
  undo();
  show('visible');
  expect(change).toHaveBeenCalledTimes(2);
});

test('a page says once that its address has changed, when that has come to rest', () => {
  vi.useFakeTimers();
  const navigation = new EventTarget();
  vi.stubGlobal('navigation', navigation);
  const navigate = vi.fn();
  const undo = createBrowser().environment.onNavigate(navigate);
  for (let step = 0; step < 10; step++) {
    navigation.dispatchEvent(new Event('currententrychange'));
    vi.advanceTimersByTime(900);
  }
  expect(navigate).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(100);
  expect(navigate).toHaveBeenCalledTimes(1);
  undo();
  navigation.dispatchEvent(new Event('currententrychange'));
  vi.advanceTimersByTime(5_000);
  expect(navigate).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('ids and secrets have the shape the database asks for', () => {
  const { clock } = createBrowser();
  expect(clock.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(clock.secret(32)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(clock.secret(32)).not.toBe(clock.secret(32));
});
