// A process of its own for a dropped file; it starts from the bundle that the server runs from, or through the TypeScript loader.
const bundle = process.env.BATON_BUNDLE;
if (bundle === undefined) {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./drop-worker.ts");
} else await import(new URL("ui/server/drop/drop-worker.js", bundle));
