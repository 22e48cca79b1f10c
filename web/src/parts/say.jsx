// SPDX-License-Identifier: Apache-2.0
// States of a screen besides its content: loading, empty, failed. And texts with commands in them.
import { reload } from "../api.js";
import { many } from "../fmt.js";
import { to } from "../router.js";
import { sentence, without } from "../words.js";
import { Icon } from "./icons.jsx";
import { Time } from "./time.jsx";

export function Loading({ rows = 4 }) {
	return (
		<div class="loading" role="status" aria-label="Loading">
			{Array.from({ length: rows }, (_, i) => <i key={i} class={"w" + (i % 3)} />)}
		</div>
	);
}

export function Failed({ error }) {
	return (
		<div class="note bad" role="alert">
			<Icon is="throttled" />
			<div>
				<strong>{error.title}</strong>
				{error.why && <p>{error.why}</p>}
				{error.do && <p>{error.do}</p>}
				<button type="button" onClick={() => reload()}>Try again</button>
			</div>
		</div>
	);
}

// Nothing is there: what that means, and what to do.
export function Empty({ title, children, good }) {
	return (
		<div class="note empty">
			<Icon is={good ? "well" : "info"} />
			<div>
				<strong>{title}</strong>
				{children}
			</div>
		</div>
	);
}

// An answer of the API: while it is loaded, when it failed, and its content. What is there stays when a newer one fails.
export function Answer({ of, rows, children }) {
	if (of.data)
		return (
			<>
				{of.error && <Failed error={of.error} />}
				{children(of.data)}
			</>
		);
	return of.error ? <Failed error={of.error} /> : <Loading rows={rows} />;
}

// That an answer has more than is shown. What stands inside leads to it.
export function LeftOut({ n, what, whats = what + "s", children }) {
	return n > 0 ? <p class="soft small" data-left-out={n}>{many(n, "more " + what + " is", "more " + whats + " are")} not shown. {children}</p> : null;
}

// A sentence of the program: its times in the reader's zone; "reputed explain X" and "reputed why N" lead to where the
// page has the same. Everything else is text.
export function Text({ of }) {
	if (!of)
		return null;
	const out = [];
	let at = 0;
	for (const m of of.matchAll(/`([^`]+)`|reputed (explain|why) ([\w-]+(?:\.[\w-]+)*)|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g)) {
		if (m[2] === "why" && !/^\d+$/.test(m[3]))
			continue;
		out.push(of.slice(at, m.index));
		if (m[1])
			out.push(<code><Text of={m[1]} /></code>);
		else
			out.push(m[2] ? <a href={to(m[2] === "why" ? "incident" : "guide", m[3])}>{m[0]}</a> : <Time at={m[0]} />);
		at = m.index + m[0].length;
	}
	out.push(of.slice(at));
	return <>{out}</>;
}

// What is not watched, and so not seen.
export function Unseen({ w }) {
	const name = without(w.what);
	return (
		<>
			<p>Without {w.topic ? <a href={to("guide", w.topic)}>{name}</a> : <b>{name}</b>} you do not see {w.hides}.</p>
			<p class="soft"><Text of={sentence(w.do)} /></p>
		</>
	);
}

// What the feeds say in all. That nobody is told of trouble is no small thing, and has its own way out.
export function FeedsSay({ feeds }) {
	const alerts = feeds.worst === "alerts" && feeds.feeds.find((f) => f.feed === "alerts");
	if (!alerts)
		return <Text of={feeds.sentence} />;
	return (
		<>
			<Text of={feeds.log} />{" "}
			<span class="slow-text"><Icon is="throttled" /> {sentence(alerts.sentence)} <a href={to("settings", "alerts")}>{alerts.state === "never" ? "Set up alerts" : "See alerts"}</a>.</span>
		</>
	);
}
