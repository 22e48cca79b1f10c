// SPDX-License-Identifier: Apache-2.0
// One who runs mailboxes: how each own address is treated there, and what the ways out are.
import { useApi } from "../api.js";
import { to } from "../router.js";
import { list, many, n, percent, seconds, sinceDays } from "../fmt.js";
import { badness, capital, mood, providerId, providerName, TOO_LITTLE, tooLittle, worst } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { Chart, outcomes } from "../parts/chart.jsx";
import { useWaits } from "../parts/names.js";
import { Answer, Empty, LeftOut, Text } from "../parts/say.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";
import { Events } from "./timeline.jsx";
import { IncidentsOf } from "./incidents.jsx";
import { Heartbeats } from "./overview.jsx";

export function shareColumns(name, where) {
	return [
		{ name, of: where },
		{ name: "State", of: (r) => <Badge state={r.state} /> },
		{ name: "Attempts", num: true, of: (r) => n(r.sum.attempts) },
		{ name: "Accepted", num: true, of: (r) => n(r.sum.accepted) },
		{ name: "Slowed", num: true, of: (r) => n(r.sum.slowed) },
		{ name: "Refused", num: true, of: (r) => n(r.sum.refused) },
		{ name: "Other", num: true, of: (r) => n(r.sum.other) },
		{ name: "Accepted of all", num: true, of: (r) => (r.sum.attempts ? percent(r.sum.accepted / r.sum.attempts) : "–") },
	];
}

export const OTHER = "Other: about one recipient (unknown, or a full mailbox), or nobody was reached.";

export function gather(rows, keyOf) {
	const by = new Map();
	for (const r of rows) {
		const k = keyOf(r);
		if (!by.has(k))
			by.set(k, { key: k, rows: [], sum: { attempts: 0, accepted: 0, slowed: 0, refused: 0, other: 0 } });
		const g = by.get(k);
		g.rows.push(r);
		for (const what of Object.keys(g.sum))
			g.sum[what] += r.sum[what];
	}
	for (const g of by.values())
		g.state = worst(g.rows.map((r) => r.state));
	return [...by.values()].sort((a, b) => badness(b.state) - badness(a.state) || b.sum.attempts - a.sum.attempts);
}

// Sums of strips are of those that the answer has.
export const Uncounted = ({ of }) => (
	<LeftOut n={of.limits.rows_left_out} what="pair of a source and a provider" whats="pairs of a source and a provider" />
);

export function Providers() {
	const strips = useApi("strips", { span: "week" });
	return (
		<>
			<h1>Providers</h1>
			<section class="card">
				<Answer of={strips}>{(d) => d.rows.length ? (
					<>
						<p class="soft">The last 7½ days, worst first. {OTHER}</p>
						<Table caption="Providers" keyOf={(g) => g.key} rows={gather(d.rows, providerId)} columns={shareColumns("Provider", (g) => <a href={to("provider", g.key)}>{providerName(g.rows[0])}</a>)} />
						<Uncounted of={d} />
					</>
				) : <Empty title="No delivery was read"><p>Read the mail log: <code>reputed ingest /var/log/mail.log</code></p></Empty>}</Answer>
			</section>
		</>
	);
}

// A week by hour: what was accepted, slowed and refused. It ends with the strips, so they are waited for.
export function Mail({ params, title, strips }) {
	const mail = useApi(strips.data ? "series" : null, { by: "hour", from: sinceDays(strips.data && strips.data.now, 7), ...params });
	return (
		<section class="card" aria-labelledby="mail-title">
			<h2 id="mail-title">{title}</h2>
			<Answer of={strips.data ? mail : strips}>{(d) => {
				const s = d.series[0];
				if (!s || !s.sum.attempts)
					return <Empty title="No mail in these days" />;
				const x = s.attempts.map((_, i) => seconds(d.from) + i * d.step_s);
				return (
					<Chart title="A week by hour" x={x} step={d.step_s} height={190} data={{ "data-accepted": s.sum.accepted }} series={[
						...outcomes((k) => s[k]), { name: "other", values: s.other, color: "rest", fill: true, stack: true },
					]} />
				);
			}}</Answer>
		</section>
	);
}

const ADVICE = { do: "Do this", "no-use": "Would not help" };
const money = (s) => (s.from === s.to ? n(s.from) : n(s.from) + " to " + n(s.to)) + " " + s.currency + (s.once ? " once" : " a month");

function Ways({ provider }) {
	const options = useApi("options", { provider });
	return (
		<section class="card" aria-labelledby="ways-title">
			<h2 id="ways-title">Stay or move: the ways out</h2>
			<Answer of={options}>{(d) => {
				const p = d.providers.find((x) => x.provider === provider);
				if (!p)
					return <Empty good title="There is no trouble here that asks for a way out" />;
				return (
					<>
						{p.answer && <p class="lead">{capital(p.answer)}.</p>}
						{p.warnings.map((w) => <p key={w.sentence} class="soft"><Text of={capital(w.sentence)} /></p>)}
						<Table keyOf={(o) => o.option} rows={p.options} columns={[
							{ name: "Way", of: (o) => o.title },
							{ name: "Advice", of: (o) => ADVICE[o.advice] || capital(o.advice).replace(/-/g, " ") || "–" },
							{ name: "Why", wide: true, of: (o) => capital(o.why) || "–" },
							{ name: "Cost", of: (o) => (o.cost.nothing ? "nothing" : o.cost.sums.map(money).join(", ") || "ask them") },
							{ name: "Days", num: true, of: (o) => (o.days ? (o.days.from === o.days.to ? o.days.from : o.days.from + " to " + o.days.to) : "–") },
						]} />
						<LeftOut n={d.left_out} what="incident">They have less trouble: <code>reputed options --all</code></LeftOut>
					</>
				);
			}}</Answer>
		</section>
	);
}

export function Provider({ id, query }) {
	const strips = useApi("strips", { span: "day", provider: id });
	const waiting = useApi("waiting");
	const why = useWaits();
	const [base, domain] = [id.split("/")[0], id.split("/").slice(1).join("/") || null];
	const rows = strips.data ? strips.data.rows : [];
	const name = rows.length && id === providerId(rows[0]) ? providerName(rows[0]) : domain || id;
	const waits = waiting.data && waiting.data.queue ? waiting.data.queue.waiting.filter((w) => w.provider === base && (domain === null || w.domain === domain)) : [];
	const state = rows.length ? worst(rows.map((r) => r.state)) : null;
	const bad = rows.filter((r) => badness(r.state) > 1);
	const well = rows.filter((r) => r.state === "well");
	return (
		<>
			<p class="crumb"><a href={to("providers")}>Providers</a> / {id}</p>
			<section class={"say " + mood(state)}>
				<h1>{name}</h1>
				{strips.data && <p class="lead">{!rows.length ? "No mail to it was read in the last 24 hours." : bad.length ? <>{bad.map((r) => <span key={r.source} class="said"><Badge state={r.state} /> {r.source} since <Time at={r.since} /> </span>)}</> : well.length ? "Takes the mail of " + list(well.map((r) => r.source)) + "." + tooLittle(rows, (r) => r.source) : TOO_LITTLE}</p>}
				{waits.length > 0 && <p class="soft">{many(waits.reduce((s, w) => s + w.messages, 0), "message waits", "messages wait")} for it: {[...new Set(waits.map(why))].join(", ")}. <a href={to("queue")}>The queue</a></p>}
			</section>
			<Heartbeats query={query} params={{ provider: id }} title="How it treats each of your addresses" />
			<Mail title="Mail to it" params={{ provider: id }} strips={strips} />
			<IncidentsOf params={{ provider: id }} />
			<Ways provider={base} />
			<section class="card" aria-labelledby="ev-title"><h2 id="ev-title">What happened lately</h2><Events params={{ subject: id }} /></section>
		</>
	);
}
