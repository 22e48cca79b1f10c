// SPDX-License-Identifier: Apache-2.0
// What the page knows comes from here: each answer of the API is a signal that is loaded when somebody looks at it, kept
// while they look elsewhere, and asked for again (with its ETag) when the server says that it changed.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

const BASE = "api/v1/"; // relative: the page works below any path
const entries = new Map();
// What passes by itself: the server begins anew, or has too much to do.
const PASSES = [0, 502, 503, 504];
const KEPT = 60; // answers of screens that nobody looks at

// undefined: not asked yet. null: nobody is logged in.
export const session = signal(undefined);

function trouble(status, body) {
	const e = body && typeof body.error === "object" ? body.error : {};
	return {
		status,
		title: e.title || (status ? "The server answered " + status : "The server cannot be reached"),
		why: e.why || (status ? "" : "The connection was refused or broke off."),
		do: e.do || (status ? "Try again." : "Check that reputed serve runs, and that your connection works."),
	};
}

async function ask(path, init) {
	let answer;
	try {
		answer = await fetch(BASE + path, { credentials: "same-origin", ...init });
	} catch {
		throw trouble(0);
	}
	if (answer.status === 304)
		return { same: true };
	const body = await answer.json().catch(() => null);
	if (answer.status === 401 && path !== "session")
		session.value = null;
	if (!answer.ok)
		throw trouble(answer.status, body);
	if (body === null && answer.status !== 204)
		throw { ...trouble(answer.status), title: "The answer cannot be read", why: "It is no JSON.", do: "Load the page again." };
	return { body, etag: answer.headers.get("ETag") };
}

function entry(path) {
	let e = entries.get(path);
	if (!e) {
		e = { path, users: 0, asking: null, again: false, later: null, wait: 1500, etag: null, state: signal({ data: null, error: null, path }) };
		entries.set(path, e);
		for (const [key, old] of entries) {
			if (entries.size <= KEPT)
				break;
			if (!old.users && old !== e)
				entries.delete(key);
		}
	}
	return e;
}

// Asks for the answer. One that is on its way counts, unless it may be older than what is asked about (`anew`).
function load(e, anew) {
	if (e.asking) {
		e.again = e.again || anew;
		return e.asking;
	}
	clearTimeout(e.later);
	const headers = e.etag ? { "If-None-Match": e.etag } : {};
	e.asking = ask(e.path, { headers, cache: "no-store" })
		.then((got) => {
			e.wait = 1500;
			if (got.same) {
				if (e.state.value.error)
					e.state.value = { ...e.state.value, error: null };
				return;
			}
			e.etag = got.etag;
			e.state.value = { data: got.body, error: null, path: e.path };
		})
		.catch((error) => {
			if (error.status === undefined)
				throw error;
			e.state.value = { ...e.state.value, error };
			if (PASSES.includes(error.status)) {
				e.wait = Math.min(e.wait * 2, 60000);
				e.later = setTimeout(() => e.users && load(e, false), e.wait);
			}
		})
		.finally(() => {
			e.asking = null;
			if (e.again) {
				e.again = false;
				load(e, true);
			}
		});
	return e.asking;
}

export function path(name, params = {}) {
	const q = Object.entries(params).filter(([, v]) => v !== null && v !== undefined && v !== "");
	return q.length ? name + "?" + q.map(([k, v]) => k + "=" + encodeURIComponent(v)).join("&") : name;
}

// {data, error}: what is known of a path now. What was known before stays until the new answer is there. A null path asks nothing.
export function useApi(name, params) {
	const p = name === null ? null : path(name, params);
	const [seen, set] = useState(() => (p === null ? { data: null, error: null } : entry(p).state.peek()));
	useEffect(() => {
		if (p === null)
			return undefined;
		const e = entry(p);
		// who looks at it already has what is known now: live.js tells of what changes
		const known = e.users > 0 && e.state.peek().data !== null;
		e.users++;
		const stop = e.state.subscribe(set);
		if (!known)
			load(e, false);
		return () => {
			e.users--;
			stop();
		};
	}, [p]);
	if (p === null)
		return { data: null, error: null };
	return seen.path === p ? seen : { ...entry(p).state.peek(), before: seen.data };
}

export function reload(name) {
	for (const e of entries.values()) {
		if (name && e.path.split("?")[0] !== name)
			continue;
		if (e.users)
			load(e, true);
		else
			entries.delete(e.path);
	}
}

export async function send(name, body, method = "POST") {
	const headers = { "Content-Type": "application/json" };
	if (session.value?.csrf)
		headers["X-CSRF-Token"] = session.value.csrf;
	return (await ask(name, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })).body;
}

export async function whoAmI() {
	try {
		const got = (await ask("session", { cache: "no-store" })).body;
		session.value = got && got.user ? got : null;
	} catch (error) {
		session.value = error.status === 401 ? null : { error };
	}
}

export async function logIn(name, password) {
	const got = await send("session", { name, password });
	entries.clear();
	session.value = got && got.csrf ? got : undefined;
	if (session.value === undefined)
		await whoAmI();
}

export async function logOut() {
	try {
		await send("session", undefined, "DELETE");
	} finally {
		entries.clear();
		session.value = null;
	}
}

export const may = (scope) => !!session.value?.scopes?.includes(scope);
