// A thread starts from the bundle that its process runs from, or through the TypeScript loader.
const bundle = process.env.BATON_BUNDLE;
if (bundle === undefined) {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./shard-worker.ts");
} else await import(new URL("core/adapters/shard-worker.js", bundle));
