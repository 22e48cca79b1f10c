// SPDX-License-Identifier: Apache-2.0
// Light, dark, or as the system has it. Remembered by this browser only.
import { signal } from "@preact/signals";

const KEY = "reputed-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export function kept(key, otherwise) {
	try {
		return localStorage.getItem(key) || otherwise;
	} catch {
		return otherwise; // storage is switched off: nothing is remembered
	}
}

export function keep(key, value) {
	try {
		localStorage.setItem(key, value);
	} catch {
		/* as above */
	}
}

export const theme = signal(kept(KEY, "system"));
// Changes with every change of colours, for what is drawn on a canvas.
export const drawn = signal("");

function apply() {
	const is = theme.value === "system" ? (dark.matches ? "dark" : "light") : theme.value;
	document.documentElement.dataset.theme = is;
	drawn.value = is;
}

export function setTheme(value) {
	theme.value = value;
	keep(KEY, value);
	apply();
}

dark.addEventListener("change", apply);
// paper is white
addEventListener("beforeprint", () => (document.documentElement.dataset.theme = "light"));
addEventListener("afterprint", apply);
apply();
