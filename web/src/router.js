// SPDX-License-Identifier: Apache-2.0
// Where the page is: `#/incident/7?x=y` is {name: "incident", id: "7", query: {x: "y"}}. In the hash, so that the
// page works below any path of a proxy, and what is looked at never reaches a log of a web server.
import { signal } from "@preact/signals";

function read() {
	const hash = location.hash.replace(/^#\/?/, "");
	const [where, query] = hash.split("?");
	const [name, ...rest] = where.split("/");
	let id = null;
	try {
		id = rest.length ? decodeURIComponent(rest.join("/")) : null;
	} catch {
		id = null;
	}
	return { name: name || "overview", id, query: Object.fromEntries(new URLSearchParams(query || "")) };
}

export const route = signal(read());

export function to(name, id = null, query = null) {
	let hash = "#/" + (name === "overview" ? "" : name);
	if (id !== null && id !== undefined)
		hash += "/" + encodeURIComponent(id);
	const q = query && Object.entries(query).filter(([, v]) => v);
	return q && q.length ? hash + "?" + new URLSearchParams(q) : hash;
}

export function go(name, id, query) {
	location.hash = to(name, id, query);
}

// The same screen with other settings: no step of the history for each of them.
export function settle(query) {
	const r = route.value;
	history.replaceState(null, "", to(r.name, r.id, { ...r.query, ...query }));
	route.value = read();
}

addEventListener("hashchange", () => (route.value = read()));
