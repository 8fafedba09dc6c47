import { register } from "tsx/esm/api";

register();
await import("./shard-worker.ts");
