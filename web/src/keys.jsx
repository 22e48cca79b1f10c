// SPDX-License-Identifier: Apache-2.0
// The keyboard: `/` searches, `?` lists the keys, `g` and a letter goes to a screen. Not while somebody types.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { go } from "./router.js";
import { keep, kept } from "./theme.js";
import { PLACES } from "./shell.jsx";

const KEY = "reputed-keys";
export const keysOn = signal(kept(KEY, "on") === "on");

export function setKeys(on) {
	keysOn.value = on;
	keep(KEY, on ? "on" : "off");
}

const typing = (e) => e.target.closest("input:not([type=radio],[type=checkbox]), textarea, select, dialog") || e.ctrlKey || e.metaKey || e.altKey;

export function Keys({ children }) {
	const dialog = useRef(null);
	useEffect(() => {
		let after = null;
		const press = (e) => {
			if (!keysOn.value || typing(e))
				return;
			if (after) {
				clearTimeout(after);
				after = null;
				const place = PLACES.flatMap(([, p]) => p).find((p) => p[2] === e.key);
				if (place) {
					e.preventDefault();
					go(place[0]);
				}
			} else if (e.key === "g") {
				after = setTimeout(() => (after = null), 1500);
			} else if (e.key === "/") {
				e.preventDefault();
				document.getElementById("search")?.focus();
			} else if (e.key === "?") {
				e.preventDefault();
				dialog.current.showModal();
			}
		};
		addEventListener("keydown", press);
		return () => removeEventListener("keydown", press);
	}, []);
	return (
		<>
			{children}
			<dialog ref={dialog} aria-labelledby="keys-title">
				<h2 id="keys-title">Keys</h2>
				<dl class="keys">
					<div><dt><kbd>/</kbd></dt><dd>search: an address, a domain, a code, a queue id</dd></div>
					<div><dt><kbd>?</kbd></dt><dd>this list</dd></div>
					{PLACES.flatMap(([, p]) => p).map(([n, word, k]) => <div key={n}><dt><kbd>g</kbd> <kbd>{k}</kbd></dt><dd>{word}</dd></div>)}
				</dl>
				<form method="dialog"><button>Close</button></form>
			</dialog>
		</>
	);
}
