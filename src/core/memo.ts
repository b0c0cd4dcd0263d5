/** Remembers the last result, so that views see the same array until its sources change. */
export function memo<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | null = null;
  return (...args) => {
    if (last?.args.length === args.length && args.every((arg, index) => Object.is(arg, last?.args[index]))) {
      return last.result;
    }
    last = { args, result: compute(...args) };
    return last.result;
  };
}
