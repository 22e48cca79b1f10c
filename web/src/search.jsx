// SPDX-License-Identifier: Apache-2.0
// One field for all: an address, a domain, a code, a queue id, a provider, the number of an incident.
import { signal } from "@preact/signals";
import { useId, useState } from "preact/hooks";
import { useApi } from "./api.js";
import { go } from "./router.js";
import { providerId, providerName } from "./words.js";
import { Icon } from "./parts/icons.jsx";

// Whom is asked for in Trace: it must not stand in an address (see screens/trace.jsx).
export const traced = signal("");

// On a telephone there is no room to say all of it.
const phone = matchMedia("(max-width: 34rem)");
const narrow = signal(phone.matches);
phone.addEventListener("change", () => (narrow.value = phone.matches));

const IP = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i;
const QUEUE_ID = /^([0-9A-F]{6,15}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,15}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]+|[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})$/;
const CODE = /^([245]\d\d([ -].*)?|[245]\.\d{1,3}\.\d{1,3}|[A-Za-z]{1,5}[_-]?\d{2,4})$/;
const DOMAIN = /^([a-z0-9_-]+\.)+[a-z]{2,}$/i;

// [word for people, where it leads], best first
function guesses(text, know) {
	const t = text.trim();
	const low = t.toLowerCase();
	const out = [];
	if (!t)
		return out;
	const add = (what, act) => out.push([what, act]);
	const trace = () => {
		traced.value = t;
		go("trace");
	};
	if (t.includes("@")) {
		add("Follow the mail of this address or Message-ID", trace);
		return out;
	}
	if (/^#?\d{1,6}$/.test(t) && !CODE.test(t))
		add("Incident " + t.replace("#", ""), () => go("incident", t.replace("#", "")));
	if (IP.test(t))
		add("Source " + t, () => go("source", t));
	for (const [id, name] of know.providers)
		if (id.includes(low) || name.toLowerCase().includes(low))
			add("Provider " + name, () => go("provider", id));
	for (const s of know.sources)
		if (s.includes(low) && s !== t)
			add("Source " + s, () => go("source", s));
	if (CODE.test(t))
		add("What " + t + " means", () => go("guide", t));
	if (DOMAIN.test(t) && !IP.test(t))
		add("Domain " + low, () => go("domain", low));
	if (QUEUE_ID.test(t))
		add("Message with the queue id " + t, trace);
	add("Incidents with “" + t + "”", () => go("incidents", null, { q: t }));
	if (!CODE.test(t))
		add("Guides about “" + t + "”", () => go("guides", null, { q: t }));
	return out.slice(0, 7);
}

export function Search() {
	const [text, set] = useState("");
	const [at, setAt] = useState(0);
	const [here, setHere] = useState(false);
	const id = useId();
	const strips = useApi(here || text ? "strips" : null, { span: "day" });
	const rows = strips.data ? strips.data.rows : [];
	const know = {
		providers: new Map(rows.map((r) => [providerId(r), providerName(r)])),
		sources: [...new Set(rows.map((r) => r.source))],
	};
	const found = here ? guesses(text, know) : [];
	const chosen = Math.min(at, found.length - 1);
	const take = (k) => {
		if (!found[k])
			return;
		found[k][1]();
		set("");
		setAt(0);
		document.activeElement.blur();
	};
	const key = (e) => {
		if (e.key === "Enter") {
			e.preventDefault();
			take(chosen);
		} else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
			e.preventDefault();
			setAt(Math.max(0, Math.min(found.length - 1, chosen + (e.key === "ArrowDown" ? 1 : -1))));
		} else if (e.key === "Escape") {
			set("");
			e.currentTarget.blur();
		}
	};
	return (
		<div class="search" role="search">
			<Icon is="search" />
			<input id="search" type="text" role="combobox" autocomplete="off" spellcheck={false} aria-label="Search: an address, a domain, a code, a queue id"
				placeholder={narrow.value ? "Search" : "Address, domain, code, queue id"} aria-expanded={found.length > 0} aria-controls={id} aria-autocomplete="list"
				aria-activedescendant={found.length ? id + "-" + chosen : undefined} value={text} maxLength={998}
				onInput={(e) => {
					set(e.currentTarget.value);
					setAt(0);
				}} onKeyDown={key} onFocus={() => setHere(true)} onBlur={() => setHere(false)} />
			<kbd aria-hidden="true">/</kbd>
			<ul id={id} role="listbox" aria-label="Where to go" hidden={!found.length}>
				{found.map(([what], i) => (
					<li key={what} id={id + "-" + i} role="option" aria-selected={i === chosen} onPointerDown={(e) => {
						e.preventDefault();
						take(i);
					}}>{what}</li>
				))}
			</ul>
		</div>
	);
}
