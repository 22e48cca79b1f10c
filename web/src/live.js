// SPDX-License-Identifier: Apache-2.0
// The server says which answers changed; those that somebody looks at are asked for again. Where events do not come
// through (some proxies keep them), everything that is looked at is asked for once a minute.
import { signal } from "@preact/signals";
import { reload, session } from "./api.js";

const POLL_MS = 60000;

// "live", "poll" or "off"
export const live = signal("off");
let source = null;
let timer = null;

// What follows from an answer that changed: the data of the page are made from the same database.
const WITH_IT = ["status", "why", "incidents", "strips", "series", "timeline", "feeds", "waiting", "replies", "bounces"];

function changed(event) {
	let paths;
	try {
		paths = JSON.parse(event.data).paths;
	} catch {
		paths = null;
	}
	if (!Array.isArray(paths))
		return reload();
	const names = new Set(paths.map((p) => String(p).replace(/^.*\/api\/v1\//, "").split("?")[0]));
	if (names.has("status"))
		WITH_IT.forEach((n) => names.add(n));
	names.forEach((n) => reload(n));
	return undefined;
}

export function follow() {
	stop();
	live.value = "poll";
	source = new EventSource("api/v1/events");
	source.addEventListener("changed", changed);
	source.onopen = () => (live.value = "live");
	source.onerror = () => (live.value = "poll");
	timer = setInterval(() => {
		if (live.value !== "live" && !document.hidden)
			reload();
		if (source.readyState === EventSource.CLOSED && session.value?.user)
			follow();
	}, POLL_MS);
}

export function stop() {
	if (source)
		source.close();
	clearInterval(timer);
	source = null;
	live.value = "off";
}
