// SPDX-License-Identifier: Apache-2.0
// One trouble: what, since when, whose fault it probably is and why that is thought, what to do, what it cost.
import { useId, useState } from "preact/hooks";
import { may, reload, send, useApi } from "../api.js";
import { to } from "../router.js";
import { between, iso, list, many, n, nth, percent, seconds, span, times, when } from "../fmt.js";
import { alike, capital, causeShort, feed, providerId, providerName, verb, verdict } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { Chart, outcomes } from "../parts/chart.jsx";
import { CopyButton, Paste } from "../parts/copy.jsx";
import { Answer, Empty, Failed, LeftOut, Text } from "../parts/say.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";
import { Icon } from "../parts/icons.jsx";

function Step({ incident, it, done }) {
	const [trouble, say] = useState(null);
	const [busy, wait] = useState(false);
	const id = useId();
	const tick = async (e) => {
		const is = e.currentTarget.checked;
		wait(true);
		say(null);
		try {
			await send("notes", { incident, step: it.step, done: is });
		} catch (error) {
			e.target.checked = !is;
			say(error);
		}
		wait(false);
		reload("notes");
		reload("timeline");
	};
	return (
		<li class={done ? "done" : ""} data-step={it.head}>
			<input type="checkbox" id={id} checked={!!done} disabled={busy || !may("act")} onChange={tick}
				title={may("act") ? undefined : "Your login may only read"} />
			<div>
				<label class="step-what" for={id}>{capital(it.head)}</label>
				{done && <p class="soft small"><Icon is="over" /> {done.who}, <Time at={done.at} /></p>}
				{it.rest && <p class="step-more"><Text of={capital(it.rest)} /></p>}
				{it.url && <p class="step-more">Form: <span class="value">{it.url}</span> <CopyButton text={it.url} what="Copy the address" /></p>}
				{it.text && (
					<div class="fold">
						<CopyButton text={it.text} what={it.commands ? "Copy the commands" : "Copy the text"} />
						<details class="more">
							<summary>{it.commands ? "Show the commands" : "Show the text"}</summary>
							<Paste text={it.text} name={it.commands ? "Commands, for root" : "Text of the request"} />
							{it.undo && <Paste text={it.undo} name="To undo it later" />}
						</details>
					</div>
				)}
				{trouble && <Failed error={trouble} />}
			</div>
		</li>
	);
}

function Steps({ i, notes }) {
	if (!i.next.length)
		return <Empty good={i.state === "over"} title={i.state === "over" ? "It is over: nothing left to do" : "No step is known that would help now"} />;
	const done = (s) => notes && notes.steps.find((x) => x.done && alike(x.step, s.step));
	return <ol class="steps">{i.next.map((s) => <Step key={s.step} incident={i.id} it={s} done={done(s)} />)}</ol>;
}

const DID = { done: "did", undone: "took back", note: "wrote", ack: "acknowledged the alert", snooze: "snoozed the alert" };

function Notes({ id, notes }) {
	const [trouble, say] = useState(null);
	const write = async (e) => {
		e.preventDefault();
		const field = e.currentTarget.elements.text;
		try {
			await send("notes", { incident: id, text: field.value });
			field.value = "";
			say(null);
		} catch (error) {
			say(error);
		}
		reload("notes");
	};
	return (
		<section class="card" aria-labelledby="notes-title">
			<h2 id="notes-title">Who did what</h2>
			<Answer of={notes}>{(d) => d.notes.length ? (
				<ul class="notes">
					{d.notes.map((x) => (
						<li key={x.note}><b>{x.who}</b> {DID[x.act] || x.act}{x.head ? ": " + x.head : ""}{x.text ? <> <span>“{x.text}”</span></> : null} <span class="soft"><Time at={x.at} /></span></li>
					))}
				</ul>
			) : <p class="soft">Nothing yet. Ticked steps and notes appear here, for whoever comes next.</p>}</Answer>
			{notes.data && <LeftOut n={notes.data.found - notes.data.notes.length} what="older note"><code>reputed note list {id}</code> has them.</LeftOut>}
			{may("act") && (
				<form class="form" onSubmit={write}>
					<label for="note-text">Add a note</label>
					<textarea id="note-text" name="text" rows="2" maxLength={2000} required placeholder="Ticket number, who was called, what they said" />
					<button>Add it</button>
					{trouble && <Failed error={trouble} />}
				</form>
			)}
		</section>
	);
}

function Evidence({ i }) {
	const top = i.causes[0]?.cause;
	const against = i.evidence.filter((e) => e.speaks_against.includes(top) && !e.speaks_for.includes(top));
	const pro = i.evidence.filter((e) => !against.includes(e));
	const line = (e) => (
		<li key={e.name} class={e.counted || !e.speaks_for.length ? "" : "weak"} data-evidence={e.name}>
			<Text of={capital(e.sentence)} />{e.more > 0 && <span class="soft"> (and {e.more} more)</span>}
		</li>
	);
	return (
		<>
			<dl class="evidence">
				{pro.length > 0 && <div><dt>For it</dt><dd><ul>{pro.map(line)}</ul></dd></div>}
				{against.length > 0 && <div><dt>Against</dt><dd><ul>{against.map(line)}</ul></dd></div>}
				{i.unknown.length > 0 && (
					<div>
						<dt>Not known</dt>
						<dd><ul>{i.unknown.map((u) => <li key={u.what}><b>{feed(u.what)}</b><span class="soft">: <Text of={u.how} /></span></li>)}</ul></dd>
					</div>
				)}
				{i.cannot_be.length > 0 && <div><dt>Cannot be</dt><dd>{i.cannot_be.map(causeShort).join(", ")}: refused before any of it was seen</dd></div>}
				{i.not_all_compared.length > 0 && <div><dt>Left out</dt><dd class="soft">Too much to compare one by one: {i.not_all_compared.join(", ")}</dd></div>}
			</dl>
			<details class="more">
				<summary>What was measured</summary>
				<Table keyOf={(e) => e.name} rows={i.evidence} columns={[
					{ name: "Evidence", of: (e) => e.name.replace(/_/g, " ") },
					{ name: "About", of: (e) => e.family },
					{ name: "Speaks for", of: (e) => e.speaks_for.map(causeShort).join(", ") || "–" },
					{ name: "Against", of: (e) => e.speaks_against.map(causeShort).join(", ") || "–" },
					{ name: "Measured", wide: true, of: (e) => Object.entries(e.facts).map(([k, v]) => k.replace(/_/g, " ") + " " + (Array.isArray(v) ? v.join(", ") : v)).join("; ") || "–" },
				]} />
			</details>
		</>
	);
}

function Replies({ id }) {
	const answer = useApi("replies", { incident: id });
	return (
		<section class="card" aria-labelledby="replies-title">
			<details class="more" open={false} id="replies">
				<summary><h2 id="replies-title">What they said, word for word</h2></summary>
				<Answer of={answer}>{(d) => d.replies.length ? [...d.replies.map((r) => (
					<div key={r.text} class="reply">
						<p class="soft small" data-reply={r.rule} data-count={r.count}>Said {times(r.count)} to your addresses, <Time at={r.first} /> to <Time at={r.last} />{r.host && <> · {r.host}</>}</p>
						<pre tabindex="0" role="group" aria-label="Reply">{r.text}</pre>
						{r.meaning && <p><Text of={r.meaning} /> {r.rule && <a href={to("guide", r.rule)}>More about {r.rule}</a>}</p>}
						{!r.certain && <p class="soft small">How it is read is not certain.</p>}
					</div>
				)), <LeftOut key="more" n={d.limits.left_out} what="rarer reply" whats="rarer replies" />] : <Empty title="No reply is kept"><p>Only counts of that time are stored.</p></Empty>}</Answer>
			</details>
		</section>
	);
}

// As many hours together as keep the picture readable.
function together(data, most) {
	const k = Math.max(1, Math.ceil(data.buckets / most));
	const add = (values) => {
		const out = [];
		for (let i = 0; i < values.length; i += k) {
			const part = values.slice(i, i + k).filter((v) => v !== null);
			out.push(part.length ? part.reduce((a, b) => a + b, 0) : null);
		}
		return out;
	};
	const from = seconds(data.from);
	const s = data.series[0];
	const none = Array(data.buckets).fill(null);
	return { step: k * data.step_s, x: add(none).map((_, i) => from + i * k * data.step_s), of: (name) => add((s && s[name]) || none), known: (name) => !!(s && s[name]) };
}

function Picture({ i, same, unmarked, name }) {
	const began = i.episodes.length ? i.episodes[0].since : i.since;
	const [whole, show] = useState(i.episodes.length > 1 && between(began, i.since) < 75 * 86400);
	const from = iso(Date.parse(whole ? began : i.since) - (whole ? 3 : 1) * 864e5).slice(0, 10);
	const until = !whole && i.until ? iso(Date.parse(i.until) + 2 * 864e5).slice(0, 10) : null;
	const by = Date.now() - Date.parse(from) > 85 * 864e5 ? "day" : "hour";
	const source = i.subject.kind === "source" ? i.subject.value : null;
	const provider = providerId(i);
	const there = useApi("series", { by, from, until, provider, source });
	const own = useApi("series", { by, from, until, source });
	const marks = [];
	for (const e of i.episodes) {
		const first = e === i.episodes[0];
		const word = i.class === "throttled" ? "slowed" : i.class === "blocked" || i.class === "listed" ? "blocked" : "failing";
		marks.push({ at: seconds(e.since), word: first ? word : word + " again", kind: word === "slowed" ? "slow" : "bad" });
		if (e.until)
			marks.push({ at: seconds(e.until), word: "lifted", kind: "good" });
	}
	for (const o of same)
		marks.push({ at: seconds(o.since), word: o.trouble === "throttle" ? "slowed" : o.class, kind: o.trouble === "throttle" ? "slow" : "bad" });
	marks.sort((a, b) => a.at - b.at);
	return (
		<section class="card" aria-labelledby="picture-title">
			<div class="card-head">
				<h2 id="picture-title">What happened</h2>
				{i.episodes.length > 1 && <button type="button" onClick={() => show(!whole)}>{whole ? "Zoom to this time" : "All times"}</button>}
			</div>
			<Answer of={there}>{(d) => {
				const t = together(d, 180);
				return (
					<Chart title={"Mail to " + name + " from " + (source || "all addresses")} x={t.x} step={t.step} height={200} sync="incident" marks={marks} series={outcomes(t.of)} />
				);
			}}</Answer>
			<LeftOut n={unmarked} what="older incident of it" whats="older incidents of it"><a href={to("incidents", null, { provider, source })}>All of them</a></LeftOut>
			<Answer of={own}>{(d) => {
				const t = together(d, 180);
				return (
					<>
						<Chart title={"All mail from " + (source || "your addresses") + ", to everybody"} x={t.x} step={t.step} height={84} sync="incident" bare series={[{ name: "attempts", values: t.of("attempts"), color: "blue", fill: true }]} />
						<Chart title="Unknown recipients" x={t.x} step={t.step} height={84} sync="incident" bare series={[{ name: "unknown recipients", values: t.of("unknown_recipients"), color: "slow", fill: true }]} />
						{t.known("complaints") && t.of("complaints").some((v) => v > 0)
							? <Chart title="Complaints" x={t.x} step={t.step} height={84} sync="incident" bare series={[{ name: "complaints", values: t.of("complaints"), color: "odd", fill: true }]} />
							: <p class="soft small">No complaint about this mail was read in that time. That is good news only where a feedback loop is read: <a href={to("settings")}>feeds</a>.</p>}
					</>
				);
			}}</Answer>
		</section>
	);
}

function Lost({ i }) {
	const last = i.ledger && i.ledger.last;
	const all = i.ledger && i.ledger.all;
	if (!last || (!last.bounced && !last.expired && !last.delayed_attempts))
		return <section class="card"><h2>What was lost</h2><Empty good title="Nothing was lost"><p>No message bounced or expired because of it.</p></Empty></section>;
	return (
		<section class="card" aria-labelledby="lost-title">
			<h2 id="lost-title">What was lost</h2>
			<p class="big-line"><strong class="big" data-is="bounced">{n(last.bounced + last.expired)}</strong> {last.bounced + last.expired === 1 ? "message" : "messages"}{i.subject.kind === "source" ? " of this address" : ""} this time{all && i.ledger.stays > 1 ? ", " + n(all.bounced + all.expired) + " with the " + many(i.ledger.stays - 1, "earlier time") : ""}</p>
			{last.would_be_waiting > 0 && <p class="soft">Holding the mail from the first refusal on would have saved {n(last.would_be_waiting)} of them.</p>}
			<Table keyOf={(s) => s.stream} rows={last.streams} columns={[
				{ name: "Stream", of: (s) => s.stream || "not known" },
				{ name: "Bounced", num: true, of: (s) => n(s.bounced) },
				{ name: "Expired", num: true, of: (s) => n(s.expired) },
				{ name: "Could have been saved", num: true, of: (s) => n(s.would_be_waiting) },
			]} />
		</section>
	);
}

function Times({ i }) {
	if (i.episodes.length < 2)
		return null;
	const rows = i.episodes.map((e, k) => ({ ...e, after: k ? between(i.episodes[k - 1].until || e.since, e.since) : null })).reverse();
	return (
		<section class="card" aria-labelledby="times-title">
			<h2 id="times-title">All times</h2>
			<p>The {nth(i.returns + 1)} time since {when(i.episodes[0].since, true)}.</p>
			<Table keyOf={(e) => e.since} rows={rows} columns={[
				{ name: "Since", of: (e) => <Time at={e.since} /> },
				{ name: "Until", of: (e) => (e.until ? <Time at={e.until} /> : "still") },
				{ name: "Lasted", num: true, of: (e) => (e.until ? span(between(e.since, e.until)) : "–") },
				{ name: "Quiet before", num: true, of: (e) => (e.after === null ? "–" : span(e.after)) },
				{ name: "Replies", num: true, of: (e) => n(e.replies) },
			]} />
		</section>
	);
}

// From own history alone; how many cases it rests on stands beside it.
function Next({ f, blocked }) {
	return (
		<section class="card" aria-labelledby="next-title">
			<h2 id="next-title">What is likely next</h2>
			<p>{f.of === "return" ? "It came back in " : "It became a block in "}<b>{n(f.happened)} of {many(f.rests_on, "case")}</b>{f.all_providers ? " at all providers" : ""} within {span(f.horizon_s)}: expect {percent(f.low, 0).replace(/\s%/, "")} to {percent(f.high, 0)}.</p>
			{f.next_s !== null && <p class="soft">It stayed away {span(f.next_s)} between {blocked ? "blocks" : "times"}{f.gaps > 1 && f.next_low_s !== null ? " (" + span(f.next_low_s) + " to " + span(f.next_high_s) + ")" : ""}.</p>}
		</section>
	);
}

const TOO = 4; // others at the same provider, in the line of facts

// What several troubles show together, and who handed in far more mail than before: it changes whose fault it is.
function Together({ i, known }) {
	const across = known.across.filter((x) => x.incidents.includes(i.id));
	const accounts = i.state === "over" ? [] : known.accounts.filter((a) => !i.subject.source_label || a.source_label === i.subject.source_label);
	return (
		<>
			{across.map((x) => (
				<div key={x.is + x.source} class="note slow" data-across={x.is}>
					<Icon is="throttled" />
					<div><p><Text of={x.sentence} /></p><p class="soft">Incidents {list(x.incidents.map((id) => id === i.id ? id + " (this one)" : id).map(String))}</p></div>
				</div>
			))}
			{accounts.map((a) => (
				<div key={a.kind + a.name} class="note slow" data-account={a.name}>
					<Icon is="throttled" />
					<div><p><b>{{ login: "The login ", client: "The client ", uid: "The local user " }[a.kind]}{a.name}</b> handed in mail to {many(a.peak, "recipient")} in the hour of <Time at={a.peak_at} />{a.new ? "; nothing before that" : "; " + (a.before_at_most ? "at most " : "") + n(a.before) + " in its busiest hour before"}. Is it stolen, or a form that others abuse?</p></div>
				</div>
			))}
		</>
	);
}

function Found({ i, known }) {
	const notes = useApi("notes", { incident: i.id });
	const over = i.state === "over";
	const source = i.subject.kind === "source" ? i.subject.value : null;
	const all = useApi("incidents", { provider: providerId(i), source });
	const others = all.data ? all.data.incidents.filter((x) => x.id !== i.id) : [];
	const me = all.data?.incidents.find((x) => x.id === i.id);
	const same = source ? others.filter((x) => x.source === source) : [];
	const open = useApi(over ? null : "incidents", { provider: providerId(i), state: "open" });
	const too = open.data ? open.data.incidents.filter((x) => x.id !== i.id && x.trouble === me?.trouble) : [];
	const name = providerName(all.data?.incidents[0] || i);
	const mine = i.subject.kind === "source" ? " of this address" : "";
	const does = verb({ state: i.state, trouble: me?.trouble || (i.class === "throttled" ? "throttle" : "block") });
	return (
		<div data-incident={i.id} data-cause={i.causes[0]?.cause}>
			<p class="crumb"><a href={to("incidents")}>Incidents</a> / {i.id}</p>
			<section class={"say " + (over ? "calm" : i.class === "blocked" || i.class === "listed" ? "blocked" : "troubled")}>
				<h1 class="wide">{name} {does} {i.subject.value} {over ? <>from <Time at={i.since} /> to <Time at={i.until} /></> : <>since <Time at={i.since} /></>}</h1>
				<p class="lead" data-is="verdict">{verdict(i.causes)}</p>
			</section>
			<p class="facts">
				<Badge state={over ? "over" : i.class} />
				{!over && <span>for <b>{span(seconds(known.now) - seconds(i.since))}</b></span>}
				{i.lost.bounced > 0 && <span><b>{n(i.lost.bounced)}</b> bounced{mine}</span>}
				{i.lost.deferred > 0 && <span><b>{n(i.lost.deferred)}</b> deferred{mine}</span>}
				{i.returns > 0 && <span><b>{nth(i.returns + 1)}</b> time since {when((i.episodes[0] || i).since, true)}</span>}
				{i.stage && <span>refused at <b>{{ connect: "connect", ehlo: "EHLO", mail: "MAIL FROM", rcpt: "RCPT TO", data: "DATA", dot: "the end of the message" }[i.stage] || i.stage}</b></span>}
				{i.rule && <a href={to("guide", i.rule)}>What {i.rule.split(".").pop().toUpperCase()} means</a>}
				<a href={to("provider", providerId(i))}>{name}</a>
				{i.subject.kind === "source" && <span>This address: <a href={to("source", i.subject.value)}>{i.subject.value}</a></span>}
				{too.slice(0, TOO).map((x) => <span key={x.id}>also <a href={to("incident", x.id)}>{x.source || "all addresses"} (incident {x.id})</a></span>)}
				{too.length > TOO && <a href={to("incidents", null, { provider: providerId(i), state: "open" })}>and {many(open.data.open - TOO - 1, "more", "more")}</a>}
			</p>
			<Together i={i} known={known} />
			<div class="two even">
				<div>
					<section class="card" aria-labelledby="do-title"><h2 id="do-title">What to do</h2><Steps i={i} notes={notes.data} /></section>
					<Lost i={i} />
					<Notes id={i.id} notes={notes} />
				</div>
				<section class="card" aria-labelledby="why-title">
					<h2 id="why-title">Why</h2>
					<ul class="causes" aria-label="Causes, most likely first">
						{i.causes.filter((c, k) => k === 0 || c.words !== "unlikely").map((c, k) => <li key={c.cause} class={k ? "" : "first"}><b>{capital(c.words)}</b>: {causeShort(c.cause)}</li>)}
						{i.causes.some((c, k) => k && c.words === "unlikely") && <li class="soft">Unlikely: {i.causes.filter((c, k) => k && c.words === "unlikely").map((c) => causeShort(c.cause)).join(", ")}</li>}
					</ul>
					{i.before && <p class="soft small">Until <Time at={i.before.until} /> it was judged otherwise: {i.before.words}, {causeShort(i.before.cause)}.</p>}
					<Evidence i={i} />
				</section>
			</div>
			<Replies id={i.id} />
			<Picture i={i} same={same} unmarked={all.data ? all.data.found - all.data.incidents.length : 0} name={name} />
			<div class={i.forecast && i.episodes.length > 1 ? "two even" : ""}><Times i={i} />{i.forecast && <Next f={i.forecast} blocked={i.class === "blocked"} />}</div>
		</div>
	);
}

export function Incident({ id }) {
	const number = /^\d+$/.test(id) ? id : null;
	const why = useApi(number ? "why" : null, { subject: number });
	if (!number)
		return <><h1>Incident</h1><Empty title={"“" + id + "” is not the number of an incident"}><p><a href={to("incidents")}>All incidents</a></p></Empty></>;
	return (
		<>
			{!why.data && <h1>Incident {number}</h1>}
			<Answer of={why} rows={8}>{(d) => {
				const i = d.incidents.find((x) => String(x.id) === number);
				return i ? <Found i={i} known={d} /> : <><h1>Incident {number}</h1><Empty title="There is no such incident"><p>It may belong to another database. <a href={to("incidents")}>All incidents</a></p></Empty></>;
			}}</Answer>
		</>
	);
}
