/** Imported before any schema exists: zod must not try to compile them, which the page's content policy forbids. */
import { z } from "zod";

z.config({ jitless: true });
