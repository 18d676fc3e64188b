import { mount } from "svelte";
import "pretendard/dist/web/variable/pretendardvariable.css";
import "./app.css";
import App from "./App.svelte";

const target = document.getElementById("app");
if (target !== null) mount(App, { target });
