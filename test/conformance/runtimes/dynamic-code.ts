/** What happens to code made from text: null where it runs, else the name of the error. */
export interface DynamicCode {
  eval: string | null;
  function: string | null;
}

function nameOfError(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** Tries `eval` and `new Function` where it runs. */
export function tryDynamicCode(): DynamicCode {
  const { eval: evaluateText, Function: Maker } = globalThis;
  return {
    eval: nameOfError(() => evaluateText("1 + 1")),
    function: nameOfError(() => new Maker("return 2")()),
  };
}
