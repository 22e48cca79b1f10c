// SPDX-License-Identifier: Apache-2.0
// The words of doc/words.md as people read them.
import { list } from "./fmt.js";

export const stateWord = (s) => (s === "well" ? "ok" : s);

const TROUBLE = { blocked: 6, listed: 5, failing: 4, throttled: 3, junked: 3, unknown: 1, well: 0, quiet: 0 };
export const badness = (s) => TROUBLE[s] ?? 2;
export const worst = (states) => states.reduce((a, b) => (badness(b) > badness(a) ? b : a), "well");

// How a screen about something begins: green only for what is known to be well.
export const mood = (s) => (s === "well" ? "calm" : s === null || s === "unknown" || s === "quiet" ? "unsure" : badness(s) >= 4 ? "blocked" : "troubled");

// What is not known is neither well nor bad: said as itself. `tooLittle` goes behind a sentence about rows that are well.
export const TOO_LITTLE = "Too little mail to tell.";
export function tooLittle(rows, name) {
	const of = [...new Set(rows.filter((r) => r.state === "unknown").map(name))];
	return of.length ? " Too little mail to tell: " + (of.length > 6 ? list(of.slice(0, 6)) + ", and " + (of.length - 6) + " more" : list(of)) + "." : "";
}

const CAUSES = {
	range: "the neighbourhood (the network your addresses are in), not you",
	"own-reputation": "your own reputation (complaints, spam traps)",
	hygiene: "dead recipients on your lists",
	authentication: "authentication (SPF, DKIM or DMARC)",
	identity: "identity (the PTR or HELO name)",
	volume: "your volume (too much, too sudden or too new)",
	content: "the content of the mail",
	provider: "the provider itself (an outage or a new policy)",
};
const SHORT = {
	range: "the neighbourhood",
	"own-reputation": "your own reputation",
	hygiene: "dead recipients",
	authentication: "authentication",
	identity: "identity (PTR, HELO)",
	volume: "volume",
	content: "content",
	provider: "the provider itself",
};
export const cause = (c) => CAUSES[c] || c;
export const causeShort = (c) => SHORT[c] || c;

export const capital = (s) => (s ? s.charAt(0).toUpperCase() + s.slice(1) : "");
// What the program says in a line ("look at it there"), as a sentence.
export const sentence = (s) => (s ? capital(s) + (/[.!?:]$/.test(s) ? "" : ".") : "");

// "Probably the neighbourhood (..), not you."
export function verdict(causes) {
	const first = causes && causes[0];
	if (!first || first.words === "cannot tell" || first.words === "unlikely")
		return first ? "There is not enough yet to tell why." : "Why is not known yet.";
	return capital(first.words) + " " + cause(first.cause) + ".";
}

// What a provider does, up to the address: "refuses mail from".
const IDENTITY = " mail for its authentication or identity from";
export const VERB = { block: "refuses mail from", throttle: "slows mail from", fail: "refuses" + IDENTITY, drop: "accepts less than usual of the mail from" };
const DID = { block: "refused mail from", throttle: "slowed mail from", fail: "refused" + IDENTITY, drop: "accepted less than usual of the mail from" };
export const verb = (i) => (i.state === "over" ? DID : VERB)[i.trouble] || (i.state === "over" ? DID : VERB).block;

// Open incidents of one provider and kind belong together: they are one trouble of several addresses. The worst first.
export function groups(incidents) {
	const found = new Map();
	for (const i of incidents) {
		const key = providerId(i) + " " + i.trouble;
		if (!found.has(key))
			found.set(key, []);
		found.get(key).push(i);
	}
	return [...found.values()].map((all) => ({
		all,
		first: all[0],
		name: providerName(all[0]),
		since: all.map((i) => i.since).sort()[0],
		began: all.map((i) => i.began).sort()[0],
		bounced: all.reduce((s, i) => s + i.bounced, 0),
		deferred: all.reduce((s, i) => s + i.deferred, 0),
		returns: Math.max(...all.map((i) => i.returns)),
		sources: [...new Set(all.map((i) => i.source || i.source_label || i.route).filter(Boolean))],
	})).sort((a, b) => badness(b.first.class) - badness(a.first.class) || (a.since < b.since ? -1 : 1));
}

// From whom: "203.0.113.24", "2 of your 3 addresses", "all 3 of your addresses"
export function fromWhom(sources, of) {
	if (!sources.length)
		return "all of your addresses";
	if (sources.length === 1)
		return sources[0];
	if (of > sources.length)
		return sources.length + " of your " + of + " addresses";
	return of === sources.length ? "all " + of + " of your addresses" : list(sources);
}

const WAITS = {
	refused: "put off by them, tried again",
	"deferred-transport": "kept by your mail server (defer_transports)",
	held: "on hold",
	"no-transport": "no transport for it",
	new: "not tried yet",
};

// Why mail waits. Refused is said only of who refuses: others put a message off now and then, and take it later.
export function waits(w, open) {
	const there = (i) => i.provider === w.provider && (i.provider !== "other" || i.provider_domain === w.domain) && i.trouble !== "throttle";
	const refuses = w.provider ? open.some(there) : w.class === "blocked" || w.class === "listed";
	return refuses && w.waits === "refused" ? "refused by them" : WAITS[w.waits] || w.waits;
}

export const SEVERITY = { critical: "blocked", serious: "failing", warning: "throttled", info: "unknown" };

const FEEDS = { snds: "SNDS", "dmarc-reports": "DMARC reports", "tls-reports": "TLS reports", log: "Mail log", documents: "Mailboxes and documents", looks: "DNS looks", jmrp: "JMRP" };
const WITHOUT = { log: "the mail log", looks: "looks at DNS", queue: "the queue", complaints: "complaints" };
export const without = (f) => WITHOUT[f] || feed(f);
export const feed = (f) => FEEDS[f] || capital(f);

// Of what a number is: "of both addresses", "of all 3 addresses"; one needs no word.
export const ofAll = (k) => (k < 2 ? "" : k === 2 ? ", of both addresses" : ", of all " + k + " addresses");

// Steps are the same when only numbers in them differ: those change while the trouble goes on.
export const alike = (a, b) => a.replace(/\d/g, "0") === b.replace(/\d/g, "0");

// A provider as the API takes it, and as people call it; of a small host its domain.
export const providerId = (r) => (r.provider_domain ? r.provider + "/" + r.provider_domain : r.provider);
export const providerName = (r) => r.provider_domain || r.provider_name || r.provider;
// Own addresses; other sources are labels of the log.
export const isAddress = (s) => /^[\d.]+$|:/.test(s);
