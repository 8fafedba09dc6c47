/** The page's start: settings that must stand before anything is drawn, then the dashboard. */
import "./no-eval.ts";
import "@fontsource-variable/inter/wght.css";
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { LiveRun } from "./live/live-run.svelte.ts";
import { Theme } from "./theme.svelte.ts";

const target = document.getElementById("app");
if (target === null) throw new TypeError("the page has no element #app");
const live = new LiveRun(`ws://${location.host}/live`);
mount(App, { target, props: { live, theme: new Theme() } });
live.open();
