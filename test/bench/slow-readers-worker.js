import { register } from "tsx/esm/api";

register();
await import("./slow-readers-worker.ts");
