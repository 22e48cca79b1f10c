// SPDX-License-Identifier: Apache-2.0
// Everything that happened, on one axis: incidents, DNS, lists, reports, alerts, notes.
import { useLayoutEffect, useRef } from "preact/hooks";
import { useApi } from "../api.js";
import { settle, to } from "../router.js";
import { day, hm, many, midnight, n, seconds, sinceDays, utc, weekday, year } from "../fmt.js";
import { Icon } from "../parts/icons.jsx";
import { Pages } from "../parts/pages.jsx";
import { Answer, Empty, LeftOut, Text } from "../parts/say.jsx";
import { Switch } from "../parts/switch.jsx";

const GROUPS = [["incident", "Incidents"], ["dns", "DNS"], ["list", "Lists"], ["condition", "Conditions"], ["report", "Reports"], ["alert", "Alerts"], ["note", "Notes"]];
const SCREENS = ["incident", "domain", "source", "dmarc", "tls", "provider", "queue", "feeds", "complaints", "settings"];
const ICON = { incident: "blocked", dns: "listed", list: "listed", condition: "throttled", report: "listed", alert: "info", note: "over" };

function icon(e) {
	if (e.bad === false)
		return "well";
	return e.trouble === "throttle" ? "throttled" : ICON[e.group] || "info";
}

// Where an event leads: only to screens of this page.
function where(link) {
	if (!link || !SCREENS.includes(link.screen))
		return link && link.screen === "alert" ? to("settings") : null;
	return to(link.screen, link.id);
}

// The axis is that of the events that are listed: a page of them may be a part of the time only.
function span(data, later) {
	const at = data.events.map((e) => seconds(e.at));
	return [data.next ? at[at.length - 1] : seconds(data.from), later ? at[0] : seconds(data.until)];
}

function Lanes({ data, groups, later }) {
	const left = 92;
	const width = 1000;
	const row = 26;
	const [from, until] = span(data, later);
	const box = useRef(null);
	// where it is wider than the screen, the newest is seen first
	useLayoutEffect(() => {
		box.current.scrollLeft = box.current.scrollWidth;
	}, [from, until]);
	const mark = (d) => day(d) + (until - from < 3 * 86400 ? ", " + hm(d) : "");
	const x = (t) => left + (seconds(t) - from) / (until - from || 1) * (width - left - 12);
	const lanes = groups.filter(([g]) => data.events.some((e) => e.group === g));
	const height = lanes.length * row + 24;
	const ticks = [0, 0.25, 0.5, 0.75, 1].map((k) => from + (until - from) * k);
	return (
		<div ref={box} class="scroll lanes-box" tabindex="0" role="region" aria-label="The same events as dots on one axis; the list below has them all">
			<svg class="lanes" viewBox={"0 0 " + width + " " + height} role="img" aria-label={lanes.map(([g, word]) => word + ": " + data.events.filter((e) => e.group === g).length).join(", ")}>
				{lanes.map(([g, word], i) => (
					<g key={g}>
						<text x="0" y={i * row + 18}>{word}</text>
						<line x1={left} x2={width - 12} y1={i * row + 14} y2={i * row + 14} />
						{data.events.filter((e) => e.group === g).map((e, k) => e.bad
							? <path key={k} class="l-bad" d={"M" + x(e.at).toFixed(1) + " " + (i * row + 7) + "l6 12h-12z"}><title>{utc(e.at) + " " + e.sentence}</title></path>
							: <circle key={k} class={e.bad === false ? "l-good" : "l-none"} cx={x(e.at)} cy={i * row + 14} r={e.bad === false ? 5.5 : 4}><title>{utc(e.at) + " " + e.sentence}</title></circle>)}
					</g>
				))}
				{ticks.map((t, i) => <text key={i} x={left + (width - left - 12) * i / 4} y={height - 4} text-anchor={i === 0 ? "start" : i === 4 ? "end" : "middle"}>{mark(new Date(t * 1000))}</text>)}
			</svg>
		</div>
	);
}

// A lift in the minute in which the same address is refused is no good news, and an alert says again what it is about: such
// events are one row, of the worse.
const lift = (e) => e.kind === "incident-lifted";
const swap = (a, b) => a.group === "incident" && b.group === "incident" && lift(a) !== lift(b) && a.provider === b.provider && a.source === b.source;
const echo = (a, b) => (a.group === "alert") !== (b.group === "alert") && lift(a) === lift(b) && a.incidents.some((i) => b.incidents.includes(i));

export function together(events) {
	const rows = [];
	for (const e of events) {
		const same = rows.find((r) => r.minute === e.at.slice(0, 16) && (r.e.sentence === e.sentence || swap(r.e, e) || echo(r.e, e)));
		if (!same)
			rows.push({ e, minute: e.at.slice(0, 16), all: [e] });
		else {
			same.all.push(e);
			if (same.e.group === "alert" || lift(same.e))
				same.e = e;
		}
	}
	return rows;
}

// Alerts that were opened and went nowhere.
function useUnsent() {
	const alerts = useApi("alerts");
	const none = new Set((alerts.data ? alerts.data.messages : []).filter((m) => !m.channels.length).map((m) => m.alert + " " + m.at));
	return (e) => e.group === "alert" && e.link && none.has(e.link.id + " " + e.at);
}

function List({ events }) {
	const unsent = useUnsent();
	const days = [];
	for (const r of together(events)) {
		const { e } = r;
		const d = new Date(e.at);
		const key = midnight(d).getTime();
		if (!days.length || days[days.length - 1].key !== key)
			days.push({ key, d, events: [] });
		days[days.length - 1].events.push(r);
	}
	return (
		<ul class="days">
			{days.map(({ key, d, events: of }) => (
				<li key={key}>
					<h3>{weekday(d)}, {day(d)}{year(d) === year(new Date()) ? "" : " " + year(d)}</h3>
					<ul class="events">
						{of.map(({ e, all }, i) => {
							const to_ = where(e.link);
							return (
								<li key={i} class={e.bad ? "is-bad" : e.bad === false ? "is-good" : ""} data-kinds={all.map((x) => x.kind).join(" ")}>
									<time datetime={e.at} title={utc(e.at)}>{hm(new Date(e.at))}</time>
									<Icon is={icon(e)} />
									<span>{to_ ? <a href={to_}>{e.sentence}</a> : <Text of={e.sentence} />}{all.some(unsent) && <span class="soft"> Alert not sent: no channel is configured.</span>}</span>
								</li>
							);
						})}
					</ul>
				</li>
			))}
		</ul>
	);
}

// The events of something, for other screens.
export function Events({ params }) {
	const data = useApi("timeline", params);
	return <Answer of={data}>{(d) => (d.events.length ? <><List events={d.events.slice(0, 20)} /><LeftOut n={d.found - Math.min(20, d.events.length)} what="older event"><a href={to("timeline")}>The timeline</a></LeftOut></> : <Empty title="Nothing in the last 30 days" />)}</Answer>;
}

const DAYS = [["7", "Week"], ["30", "Month"], ["90", "Quarter"], ["365", "Year"]];

export function Timeline({ query }) {
	const days = DAYS.some(([v]) => v === query.days) ? query.days : "30";
	const first = useApi("timeline");
	const now = first.data && first.data.until;
	const from = days !== "30" ? sinceDays(now, days) : null;
	const kinds = query.kinds ? query.kinds.split(",").filter((k) => GROUPS.some(([g]) => g === k)) : [];
	const answer = useApi(now ? "timeline" : null, { from, kinds: kinds.join(","), page: query.page });
	const data = answer.data || answer.before;
	const flip = (g) => {
		const next = kinds.includes(g) ? kinds.filter((k) => k !== g) : [...kinds, g];
		settle({ kinds: next.join(","), page: "" });
	};
	return (
		<>
			<h1>Timeline</h1>
			<div class="filters">
				<Switch name="days" label="How long" value={days} values={DAYS} set={(v) => settle({ days: v === "30" ? "" : v, page: "" })} />
				<fieldset class="switch">
					<legend class="hidden">Kinds (none chosen: all)</legend>
					{GROUPS.map(([g, word]) => (
						<label key={g} class={kinds.includes(g) ? "on" : ""}><input type="checkbox" checked={kinds.includes(g)} onChange={() => flip(g)} />{word}</label>
					))}
				</fieldset>
				{data && <span class="soft" data-found={data.found}>{data.events.length < data.found ? n(data.events.length) + " of " : ""}{many(data.found, "event")}</span>}
			</div>
			<section class="card">
				<Answer of={{ error: first.error || answer.error, data }} rows={8}>{(d) => d.events.length ? (
					<>
						<h2 class="hidden">Events</h2>
						<Lanes data={d} groups={GROUPS} later={!!query.page} />
						<List events={d.events} />
						<Pages next={d.next} query={query} more="Older" first="Newest" />
						{!d.next && <LeftOut n={d.limits.left_out} what="older event" />}
					</>
				) : <Empty title="Nothing happened in that time"><p>{kinds.length ? "Other kinds may have something: choose none, and all are shown." : "Choose a longer time."}</p></Empty>}</Answer>
			</section>
		</>
	);
}
