// supabase-js says at import that it is about to drop Node 20. Whoever runs the demo can do nothing
// about that, so this one line is left out; every other warning passes. Import it before supabase-js.
const warn = console.warn;
console.warn = (...parts: unknown[]) => {
  if (typeof parts[0] === 'string' && /^⚠️\s+Node\.js \d+ and below are deprecated/u.test(parts[0])) return;
  warn(...parts);
};
