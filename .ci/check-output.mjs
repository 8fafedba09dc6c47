// Reads one JSON document from standard input and checks that it has KPI rows of each domain that is named.
import { readFileSync } from "node:fs";

const { kpis } = JSON.parse(readFileSync(0, "utf8"));
for (const domain of process.argv.slice(2)) {
  const rows = kpis.filter((row) => row.domain === domain).length;
  if (rows === 0) throw new Error(`expected KPI rows of domain ${domain}, got none`);
  console.log(`${rows} KPI rows of domain ${domain}`);
}
