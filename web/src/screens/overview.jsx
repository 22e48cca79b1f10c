// SPDX-License-Identifier: Apache-2.0
// Does mail flow, to whom not, since when, whose fault is it probably, and what is the next step: in five seconds.
import { useApi } from "../api.js";
import { settle, to } from "../router.js";
import { between, day, hm, many, midnight, n, nth, percent, seconds, sinceDays, span, weekday, when } from "../fmt.js";
import { alike, badness, capital, causeShort, fromWhom, groups, isAddress, ofAll, providerId, providerName, stateWord, TOO_LITTLE, VERB, verdict, worst } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { useNames, useWaits } from "../parts/names.js";
import { Chart, outcomes } from "../parts/chart.jsx";
import { Answer, Empty, FeedsSay, LeftOut, Loading, Unseen } from "../parts/say.jsx";
import { Icon } from "../parts/icons.jsx";
import { Strip, StripKey } from "../parts/strip.jsx";
import { Switch } from "../parts/switch.jsx";
import { Began, Time } from "../parts/time.jsx";

const MUCH = { blocked: "blocked", listed: "blocked" };

const isWell = (rows) => rows.some((r) => r.state === "well") && !rows.some((r) => badness(r.state) > 1);

// Without an incident. That all is well is said only when it is seen: some mail is accepted, no row is worse, and the feeds work.
function calm(rows, feeds) {
	if (rows.some((r) => badness(r.state) > 1))
		return "Not every provider takes your mail as usual; it is too little for an incident.";
	if (!isWell(rows))
		return "No trouble is seen. " + TOO_LITTLE;
	if (!feeds)
		return "No trouble is seen. Whether everything is watched is not known.";
	if (feeds.state !== "ok")
		return "No trouble is seen, but not everything is watched.";
	return rows.some((r) => r.state === "unknown") ? "No provider refuses your mail; of some there is too little mail to tell." : "All providers accept your mail.";
}

function Sentence({ open, rows, feeds }) {
	if (!open.length) {
		if (!rows.length)
			return <h1>No mail has been read yet.</h1>;
		return <h1>{calm(rows, feeds)}</h1>;
	}
	const all = groups(open);
	const said = all.map((g) => {
		const of = new Set(rows.filter((r) => providerId(r) === providerId(g.first) && isAddress(r.source)).map((r) => r.source)).size;
		return { g, text: g.name + " " + VERB[g.first.trouble] + " " + fromWhom(g.sources, of) };
	});
	const { g, text } = said[0];
	const why = g.first.cause && g.first.words !== "cannot tell" && g.first.words !== "unlikely";
	return (
		<>
			<h1 data-is="sentence">
				{text} since <Time at={g.since} />; {why ? g.first.words + " " + causeShort(g.first.cause) : "why cannot be told yet"}.
			</h1>
			{said.slice(1, 4).map((s) => (
				<p class="lead" key={s.text}><Badge state={s.g.first.class} /> {s.text} since <Time at={s.g.since} />.</p>
			))}
			{said.length > 4 && <p class="lead"><a href={to("incidents")}>{many(said.length - 4, "more trouble", "more troubles")}</a></p>}
		</>
	);
}

// The first step of an incident that nobody has done yet. Which are done is asked for where some are.
function First({ id, done }) {
	const why = useApi("why", { subject: id });
	const notes = useApi(done ? "notes" : null, { incident: id });
	const i = why.data && why.data.incidents.find((x) => x.id === id);
	if (!i || (done && !notes.data))
		return null;
	const next = i.next.find((s) => !done || !notes.data.steps.some((x) => x.done && alike(x.step, s.step)));
	return next ? <p><b>{done ? "Next" : "First"}:</b> {capital(next.head)}</p> : null;
}

const FIRST = 4; // cards with a first step: each asks for a verdict

function Open({ open, more }) {
	const all = groups(open);
	return (
		<section aria-labelledby="open-title">
			<h2 id="open-title">Open troubles{all.length < open.length && <span class="of"> {many(open.length, "incident")}; one trouble of several addresses is one card</span>}</h2>
			<div class="cards">
				{all.map((g, k) => (
					<article key={g.first.id} class={"card incident b-" + g.first.class} data-incident={g.all.map((i) => i.id).join(" ")}>
						<p class="card-top"><Badge state={g.first.class} /><span class="soft">since <Time at={g.since} />, {g.all.length > 1 ? "incidents " : "incident "}
							{g.all.map((i, at) => <>{at > 0 && (at === g.all.length - 1 ? " and " : ", ")}<a key={i.id} href={to("incident", i.id)}>{i.id}</a></>)}</span></p>
						<h3><a href={to("incident", g.first.id)}>{g.name} {VERB[g.first.trouble]} {fromWhom(g.sources, 0)}</a></h3>
						<p>{verdict(g.first.cause ? [{ cause: g.first.cause, words: g.first.words }] : [])}</p>
						<p class="soft">
							{[g.bounced ? many(g.bounced, "message") + " bounced" + ofAll(g.all.length) : null, g.deferred ? many(g.deferred, "attempt") + " deferred" + ofAll(g.all.length) : null,
								g.returns ? nth(g.returns + 1) + " time since " + when(g.began, true) : null]
								.filter(Boolean).join(" · ")}
						</p>
						{k < FIRST && <First id={g.first.id} done={g.first.steps_done} />}
						<p class="card-go">
							<a href={to("incident", g.first.id)}>{g.first.steps_done ? many(g.first.steps_done, "step") + " done: go on" : "Why, and what to do"}</a>
						</p>
					</article>
				))}
			</div>
			<LeftOut n={more} what="open incident"><a href={to("incidents", null, { state: "open" })}>All that are open</a></LeftOut>
		</section>
	);
}

// The hours of the newest day in the reader's zone, against the same hours a week before.
function today(data) {
	const s = data.series[0];
	const from = seconds(data.from);
	const x = s.attempts.map((_, i) => from + i * data.step_s);
	const full = Math.floor(seconds(data.now) / data.step_s) * data.step_s; // full hours
	// before the first full hour of a day: all of the day before
	const first = midnight(new Date(data.now));
	const whole = full <= Math.ceil(first / 1000 / data.step_s) * data.step_s; // zones of half an hour, too
	const begin = whole ? midnight(new Date(first - 3600000)) : first;
	const start = begin / 1000;
	const until = whole ? Math.min(first / 1000, full) : full;
	const sum = (a, b) => {
		const out = { attempts: 0, accepted: 0, slowed: 0, refused: 0, known: 0 };
		x.forEach((t, i) => {
			if (t >= a && t < b && s.attempts[i] !== null) {
				for (const k of ["attempts", "accepted", "slowed", "refused"])
					out[k] += s[k][i];
				out.known++;
			}
		});
		return out;
	};
	const DAY = 86400;
	const week = 7 * DAY;
	const hours = x.map((t, i) => i).filter((i) => x[i] >= start && x[i] < (whole ? until : start + 86400));
	const before = hours.map((i) => {
		const at = x.indexOf(x[i] - week);
		return at < 0 ? null : s.accepted[at];
	});
	return { of: begin, whole, until, is: sum(start, until), was: sum(start - week, until - week), yesterday: sum(start - DAY, until - DAY), hours, x: hours.map((i) => x[i]), before };
}

// Whether a share grew: by a hundredth of the mail, or to twice as much, by at least ten attempts. Judgement.
const grew = (now, before, attempts) => now - before > 0.01 || (now > 2 * before && (now - before) * attempts >= 10);

// Better or worse than the same hours of the day before, by the share that was refused or slowed.
function Than({ data }) {
	if (!data.now || !data.series.length)
		return null;
	const { is, yesterday: was, whole, of } = today(data);
	if (!is.attempts || !was.attempts)
		return null;
	const share = (x) => (x.refused + x.slowed) / x.attempts;
	const then = whole ? "the day before" : "yesterday";
	const [state, word] = grew(share(is), share(was), is.attempts) ? ["up", "Worse than "] : grew(share(was), share(is), was.attempts) ? ["down", "Better than "] : ["same", "About as "];
	const both = (x) => percent(x.refused / x.attempts) + " refused, " + percent(x.slowed / x.attempts) + " slowed";
	return (
		<p class="than" data-is="than"><Icon is={state} /><span><b class={state === "up" ? "bad-text" : state === "down" ? "ok-text" : ""}>{word + then}:</b> {both(is)} {day(of) === day(new Date()) ? "today" : "on " + day(of)}; {whole ? "the day before" : "in the same hours yesterday"} {both(was)}.</span></p>
	);
}

function Today({ data }) {
	if (!data.now || !data.series.length)
		return <Empty title="No mail today"><p>When the mail log has been read, its day is compared here with the same weekday before.</p></Empty>;
	const t = today(data);
	const upTo = (day(t.of) === day(new Date()) ? "today" : "on " + day(t.of)) + (t.whole ? "" : " up to " + hm(new Date(t.until * 1000)));
	const change = t.was.accepted ? t.is.accepted / t.was.accepted - 1 : null;
	return (
		<>
			<p class="big-line" data-is="today" data-accepted={t.is.accepted} data-before={t.was.accepted}>
				<strong class="big">{n(t.is.accepted)}</strong> accepted {upTo}
			</p>
			<p class="soft">
				{t.was.known ? n(t.was.accepted) + " on the " + weekday(t.of) + " before" + (change === null ? "" : Math.abs(change) < 0.02 ? ": about the same" : ": " + percent(Math.abs(change), 0) + (change > 0 ? " more now" : " less now"))
					: "The log does not cover the " + weekday(t.of) + " before."}
				{t.is.refused > 0 && <> · <b class="bad-text">{n(t.is.refused)} refused {upTo}</b>{t.was.known ? " (" + n(t.was.refused) + " a week before)" : ""}</>}
				{t.is.slowed > 0 && <> · {n(t.is.slowed)} slowed in that time</>}
			</p>
			<Chart title="Mail of the day by hour" x={t.x} step={data.step_s} height={150} series={[
				...outcomes((k) => t.hours.map((i) => data.series[0][k][i])), { name: "accepted a week before", values: t.before, color: "ink", dash: [4, 3] },
			]} />
		</>
	);
}

function Waiting({ queue }) {
	const name = useNames();
	const waits = useWaits();
	if (!queue)
		return <Empty title="The queue is not read"><p>On the mail server: <code>postqueue -j | reputed queue -</code>, or let <code>reputed serve</code> read the log.</p></Empty>;
	const rows = Object.values(queue.waiting.reduce((m, w) => {
		const k = w.provider + " " + w.waits;
		m[k] = m[k] || { ...w, domains: 0, messages: 0, expire_within_day: 0 };
		m[k].messages += w.messages;
		m[k].expire_within_day += w.expire_within_day;
		m[k].domains++;
		if (w.oldest < m[k].oldest)
			m[k].oldest = w.oldest;
		return m;
	}, {})).sort((a, b) => b.messages - a.messages);
	const sum = rows.reduce((s, w) => s + w.messages, 0);
	const soon = rows.reduce((s, w) => s + w.expire_within_day, 0);
	return (
		<>
			<p class="big-line" data-is="queue" data-messages={sum}><strong class="big">{n(sum)}</strong> {sum === 1 ? "message waits" : "messages wait"}</p>
			<p class="soft">{soon ? <b class="bad-text">{many(soon, "message")} will be returned within a day</b> : sum ? "None will be returned within a day." : "Nothing waits."}</p>
			<ul class="plain-list">
				{rows.slice(0, 5).map((w) => (
					<li key={w.provider + w.waits}>
						<b class="num">{n(w.messages)}</b> <a href={to("provider", w.provider)}>{w.provider === "other" ? many(w.domains, "small provider") : name(w.provider)}</a>
						<span class="soft"> {waits(w)}, oldest {span(between(w.oldest, queue.at))}</span>
					</li>
				))}
			</ul>
			<p class="card-go"><a href={to("queue")}>The queue</a></p>
		</>
	);
}

const SPANS = [["day", "Day"], ["week", "Week"], ["quarter", "Quarter"]];
const SPAN_WORDS = { day: "24 hours", week: "7½ days", quarter: "90 days" };

// Providers x sources. Up to four sources have a column each; more flow one after the other.
function Grid({ data, all }) {
	const providers = new Map();
	for (const r of all) {
		if (!providers.has(providerId(r)))
			providers.set(providerId(r), []);
		providers.get(providerId(r)).push(r);
	}
	const sources = [...new Set(all.map((r) => r.source))].sort();
	const columns = sources.length <= 4 ? sources.length : 0;
	return (
		<div class={"grid" + (columns ? " cols-" + columns : " flow")} role="table" aria-label="Providers and sources" data-rows={all.length}>
			{columns > 0 && (
				<div class="grid-head" role="row">
					<span role="columnheader"><span class="hidden">Provider</span></span>
					{sources.map((s) => <span key={s} role="columnheader"><a href={to("source", s)}>{s}</a></span>)}
				</div>
			)}
			{[...providers].map(([id, rows]) => {
				const by = columns ? sources.map((s) => rows.find((r) => r.source === s && !r.route) || rows.find((r) => r.source === s)) : rows;
				const is = worst(rows.map((r) => r.state));
				const bad = rows.filter((r) => r.state === is).length;
				return (
					<div key={id} class="grid-row" role="row">
						<div class="grid-name" role="rowheader">
							<a href={to("provider", id)}>{providerName(rows[0])}</a>
							<span class={"grid-state" + (is === "well" ? " fine" : "")}><Icon is={is} />{stateWord(is)}{is !== "well" && bad < rows.length ? " from " + bad + " of " + rows.length : ""}</span>
						</div>
						{by.map((r, i) => (
							<div key={i} class={"grid-cell" + (r ? "" : " none")} role="cell" data-cell={r ? r.source + " " + id : undefined} data-state={r ? r.state : undefined}
								data-accepted={r ? r.sum.accepted : undefined} data-refused={r ? r.sum.refused : undefined}>
								{r && (
									<>
										<p class="cell-top">
											<a class="cell-source" href={to("source", r.source)}>{r.source}</a>
											{r.state !== "well" && (
												<span class="cell-is">
													{r.incident ? <a class="cell-state" href={to("incident", r.incident)}><Badge state={r.state} /></a> : <Badge state={r.state} />}
													{r.since && <span class="soft">since <Time at={r.since} /></span>}
												</span>
											)}
										</p>
										<Strip row={r} from={data.from} step={data.step_s} />
									</>
								)}
							</div>
						))}
					</div>
				);
			})}
		</div>
	);
}

// What bounces and logs without a known address show stands apart, so that the columns are the own addresses.
function Grids({ data }) {
	const known = data.rows.filter((r) => isAddress(r.source));
	const rest = data.rows.filter((r) => !isAddress(r.source));
	return (
		<>
			{known.length > 0 && <Grid data={data} all={known} />}
			{rest.length > 0 && (
				<>
					{known.length > 0 && <h3 class="apart">Without a known address</h3>}
					<Grid data={data} all={rest} />
				</>
			)}
		</>
	);
}

export function Heartbeats({ query, params, title = "Providers and sources" }) {
	const is = SPAN_WORDS[query.span] ? query.span : "day";
	const strips = useApi("strips", { span: is, ...params });
	const data = strips.data || strips.before;
	return (
		<section class="card" aria-labelledby="grid-title">
			<div class="card-head">
				<h2 id="grid-title">{title}</h2>
				<Switch name="span" label="How long" value={is} values={SPANS} set={(v) => settle({ span: v === "day" ? "" : v })} />
			</div>
			{data ? (
				<>
					{data.rows.length > 0 && <p class="axis"><span>{SPAN_WORDS[data.span]} ago</span><StripKey /><span>now: <Time at={data.now} /></span></p>}
					{data.rows.length ? <Grids data={data} /> : <Empty title="No delivery was read"><p>Read the mail log: <code>reputed ingest /var/log/mail.log</code>, or name it in the configuration: <code>watch /var/log/mail.log</code></p></Empty>}
					{data.limits.labels_together > 0 && <p class="soft small">{many(data.limits.labels_together, "label of the log is", "labels of the log are")} judged together and share one row.</p>}
					{data.limits.small_domains_together > 0 && <p class="soft small">{many(data.limits.small_domains_together, "small domain is", "small domains are")} judged together and share one row.</p>}
					<LeftOut n={data.limits.rows_left_out} what="pair of a source and a provider" whats="pairs of a source and a provider">These are the worst {n(data.rows.length)}. <a href={to("providers")}>By provider</a></LeftOut>
				</>
			) : <Answer of={strips} rows={8}>{() => null}</Answer>}
		</section>
	);
}

function NotWatched({ feeds }) {
	if (!feeds.not_watched.length)
		return null;
	return (
		<section class="card" aria-labelledby="hidden-title">
			<h2 id="hidden-title">Not watched, and what that hides</h2>
			<ul class="hides">
				{feeds.not_watched.map((w) => (
					<li key={w.what}><Unseen w={w} /></li>
				))}
			</ul>
		</section>
	);
}

// Where a condition is looked at, by its kind (doc/alerts.md); those of DNS at their domain or address.
const ABOUT = { "complaints-near": "complaints", "bounces-near": "complaints", "auth-refused": "dmarc", "dmarc-fails": "dmarc", "dmarc-differs": "dmarc", "dmarc-sender": "dmarc", "dmarc-forged": "dmarc",
	"reports-stopped": "dmarc", "reporter-silent": "dmarc", "tls-fails": "tls", "certificate-ends": "tls", "queue-grows": "queue", "queue-expires": "queue", "mail-late": "queue" };
const OF_DNS = ["record-gone", "record-broken", "record-changed", "key-revoked", "key-old", "ptr-lost", "ptr-changed", "new-listing"];

function where(alert) {
	const [first] = alert.conditions;
	if (alert.incidents.length)
		return to("incident", alert.incidents[0]);
	if (first && OF_DNS.includes(first.kind))
		return to(isAddress(first.subject) ? "source" : "domain", first.subject);
	return to((first && ABOUT[first.kind]) || "settings");
}

// Other alerts that are open: complaints near a limit, DMARC that fails. Those of incidents that are above are left out.
function Also({ open }) {
	const alerts = useApi("alerts");
	const rows = (alerts.data ? alerts.data.alerts : []).filter((a) => a.open && (a.kind !== "incident" || !a.incidents.some((id) => open.some((i) => i.id === id))));
	if (!rows.length)
		return null;
	return (
		<section class="card" aria-labelledby="also-title">
			<h2 id="also-title">Also to look at</h2>
			<ul class="plain-list">
				{rows.slice(0, 8).map((a) => (
					<li key={a.alert}>
						<Icon is={a.acknowledged ? "over" : "throttled"} /> <a href={where(a)}>{a.title}</a>
						<span class="soft">{a.conditions.length > 0 && a.conditions.every((c) => c.kind === "dmarc-forged") ? " (not yours)" : ""} <Began alert={a} />{a.acknowledged ? ", acknowledged" : ""}</span>
					</li>
				))}
			</ul>
			<LeftOut n={rows.length - 8} what="open alert"><a href={to("settings", "alerts")}>All alerts</a></LeftOut>
		</section>
	);
}

export function Overview({ query }) {
	const open = useApi("incidents", { state: "open" });
	const strips = useApi("strips", { span: "day" });
	const waiting = useApi("waiting");
	const feeds = useApi("feeds");
	const now = open.data && open.data.now;
	const from = sinceDays(now, 8);
	const mail = useApi(from ? "series" : null, { by: "hour", from });
	return (
		<div class="overview">
			<section class={"say " + (open.data && open.data.incidents.length ? MUCH[groups(open.data.incidents)[0].first.class] || "troubled"
				: now && feeds.data && feeds.data.state === "ok" && strips.data && isWell(strips.data.rows) ? "calm" : "unsure")}>
				{open.data && strips.data ? <Sentence open={open.data.incidents} rows={strips.data.rows} feeds={feeds.data} />
					: <><h1 class="hidden">Overview</h1><Answer of={open.error ? open : strips} rows={2}>{() => <Loading rows={2} />}</Answer></>}
				{mail.data && <Than data={mail.data} />}
				{feeds.data && now && <p class="soft"><FeedsSay feeds={feeds.data} /> As of <Time at={now} />. <a href={to("settings")}>Feeds</a></p>}
			</section>
			{open.data && open.data.incidents.length > 0 && <Open open={open.data.incidents} more={open.data.open - open.data.incidents.length} />}
			<Heartbeats query={query} />
			{open.data && <Also open={open.data.incidents} />}
			<div class="two">
				<section class="card" aria-labelledby="today-title">
					<h2 id="today-title">Mail today</h2>
					{from ? <Answer of={mail}>{(d) => <Today data={d} />}</Answer> : <Answer of={open}>{() => <Today data={{ now: null, series: [] }} />}</Answer>}
				</section>
				<section class="card" aria-labelledby="queue-title">
					<h2 id="queue-title">What waits</h2>
					<Answer of={waiting}>{(d) => <Waiting queue={d.queue} />}</Answer>
				</section>
			</div>
			{feeds.data && <NotWatched feeds={feeds.data} />}
		</div>
	);
}
