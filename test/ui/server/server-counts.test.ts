import { expect, test } from "vitest";
import { exposition } from "../../../ui/server/exposition.ts";

test("writes HELP and TYPE before the samples, escapes labels, spells infinity, and ends with a line feed", () => {
  const text = exposition([
    {
      name: "baton_viewers",
      type: "gauge",
      help: "One\nline, a \\ too.",
      samples: [{ value: 3 }],
    },
    {
      name: "baton_refused_messages_total",
      type: "counter",
      help: "By code.",
      samples: [
        { labels: { code: 'a"b\\c\n' }, value: Number.POSITIVE_INFINITY },
        { labels: { code: "bad-json", side: "ran" }, value: 1e21 },
      ],
    },
    { name: "baton_none", type: "gauge", help: "Not there.", samples: [] },
  ]);
  // The text format's own rules: https://prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.
  expect(text).toBe(
    [
      "# HELP baton_viewers One\\nline, a \\\\ too.",
      "# TYPE baton_viewers gauge",
      "baton_viewers 3",
      "# HELP baton_refused_messages_total By code.",
      "# TYPE baton_refused_messages_total counter",
      'baton_refused_messages_total{code="a\\"b\\\\c\\n"} +Inf',
      'baton_refused_messages_total{code="bad-json",side="ran"} 1e+21',
      "",
    ].join("\n"),
  );
});
