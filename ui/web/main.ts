/** The page's start: settings that must stand before anything is drawn, then the dashboard. */
import "./language.ts";
import "./no-eval.ts";
import "@fontsource-variable/inter/wght.css";
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { LiveRun } from "./live/live-run.svelte.ts";
import { Theme } from "./theme.svelte.ts";

/** Longest wait for the font; then the page starts in the system's own. */
const fontPatienceMs = 1000;

const target = document.getElementById("app");
if (target === null) throw new TypeError("the page has no element #app");
// Text set in one font first and in another a moment later would move the page.
await Promise.race([
  document.fonts.load("1rem 'Inter Variable'"),
  new Promise((resolve) => setTimeout(resolve, fontPatienceMs)),
]);
const live = new LiveRun(`ws://${location.host}/live`);
mount(App, { target, props: { live, theme: new Theme() } });
live.open();
