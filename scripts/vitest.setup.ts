// Lit announces its development build once per run; tests stay quiet.
const issued = new Set(['dev-mode']);
Object.assign(globalThis, { litIssuedWarnings: issued });
