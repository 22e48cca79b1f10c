// SPDX-License-Identifier: Apache-2.0
// Whether what feeds reputed works, what it was set to, its alerts, and how this browser shows the page.
import { useEffect, useState } from "preact/hooks";
import { may, reload, send, useApi } from "../api.js";
import { bytes, n } from "../fmt.js";
import { feed, sentence } from "../words.js";
import { keysOn, setKeys } from "../keys.jsx";
import { setTheme, theme } from "../theme.js";
import { setZone, zone } from "../zone.js";
import { Icon } from "../parts/icons.jsx";
import { Paste } from "../parts/copy.jsx";
import { Badge } from "../parts/badge.jsx";
import { Answer, Empty, Failed, LeftOut, Text, Unseen } from "../parts/say.jsx";
import { Switch } from "../parts/switch.jsx";
import { Table } from "../parts/table.jsx";
import { Began, Time } from "../parts/time.jsx";

const STATE = { ok: "well", late: "throttled", silent: "throttled", never: "unknown", failing: "failing", off: "unknown" };

function Feeds() {
	const feeds = useApi("feeds");
	return (
		<section class="card" aria-labelledby="feeds-title">
			<h2 id="feeds-title">Feeds</h2>
			<Answer of={feeds} rows={6}>{(d) => (
				<>
					<p class="lead"><Text of={d.sentence} /></p>
					<Table keyOf={(f) => f.feed + f.name} rows={d.feeds} data={{ "data-feeds": d.feeds.length }} columns={[
						{ name: "Feed", of: (f) => <>{feed(f.feed)}{f.name && <span class="value"> {f.name}</span>}</> },
						{ name: "State", of: (f) => <Badge state={STATE[f.state] || "unknown"} word={f.state} /> },
						{ name: "Last", of: (f) => (f.last ? <Time at={f.last} /> : "never") },
						{ name: "Waits", num: true, of: (f) => (f.backlog === null ? "–" : n(f.backlog)) },
						{ name: "What that means", wide: true, of: (f) => <><Text of={sentence(f.sentence)} /> {f.do && <span class="soft"><Text of={sentence(f.do)} /></span>}</> },
					]} />
					{d.not_watched.length > 0 && <h3 class="apart">Not watched, and what that hides</h3>}
					<ul class="hides">
						{d.not_watched.map((w) => <li key={w.what}><Unseen w={w} /></li>)}
					</ul>
				</>
			)}</Answer>
		</section>
	);
}

function Inputs() {
	const feeds = useApi("feeds");
	const quarantine = useApi("quarantine");
	return (
		<section class="card" aria-labelledby="in-title">
			<h2 id="in-title">What was read</h2>
			<Answer of={feeds}>{(d) => d.inputs.length ? (
				<><Table keyOf={(i) => i.name} rows={d.inputs} columns={[
					{ name: "Input", of: (i) => <span class="value">{i.name}</span>, wide: true },
					{ name: "Read", of: (i) => <Time at={i.read} /> },
					{ name: "Covers", of: (i) => (i.first ? <><Time at={i.first} date /> to <Time at={i.last} date /></> : "–") },
					{ name: "Lines", num: true, of: (i) => n(i.lines) },
					{ name: "Not readable", num: true, of: (i) => n(i.bad) },
					{ name: "Size", num: true, of: (i) => bytes(i.bytes) },
				]} /><LeftOut n={d.limits.inputs_left_out} what="input">They were read longer ago.</LeftOut></>
			) : <Empty title="Nothing was read yet"><p><code>reputed ingest /var/log/mail.log</code>, or <code>reputed setup</code></p></Empty>}</Answer>
			{quarantine.data && quarantine.data.length > 0 && (
				<>
					<h3 class="apart">Kept aside: it could not be read</h3>
					<Table keyOf={(q) => q.id} rows={quarantine.data} columns={[
						{ name: "Document", of: (q) => q.file || q.id }, { name: "Why", wide: true, of: (q) => q.reason }, { name: "Since", of: (q) => <Time at={q.time} /> }, { name: "Kept until", of: (q) => <Time at={q.until} date /> }, { name: "Size", num: true, of: (q) => bytes(q.bytes) }]} />
				</>
			)}
		</section>
	);
}

function Alert({ a }) {
	const [trouble, say] = useState(null);
	const act = async (what, body) => {
		try {
			await send("alerts/" + a.alert + "/" + what, body);
			say(null);
		} catch (error) {
			say(error);
		}
		reload("alerts");
	};
	return (
		<article class="finding" data-alert={a.alert}>
			<h3><Badge state={a.open ? "throttled" : "over"} word={a.open ? (a.acknowledged ? "acknowledged" : "open") : "resolved"} />{a.title}</h3>
			<p class="soft"><Began alert={a} />{a.resolved && <>, resolved <Time at={a.resolved} /></>}{a.snoozed_until && <>, quiet until <Time at={a.snoozed_until} /></>}.</p>
			{a.open && may("act") && (
				<p class="filters">
					{!a.acknowledged && <button type="button" onClick={() => act("ack", {})}>Acknowledge</button>}
					<button type="button" onClick={() => act("snooze", { for: "4h" })}>Quiet for 4 hours</button>
				</p>
			)}
			{trouble && <Failed error={trouble} />}
		</article>
	);
}

const CHANNEL = "alert me { by mail; to you@example.com }";

// How to be told: on top of the alerts, as long as nobody is.
function SetUp() {
	return (
		<div class="note slow">
			<Icon is="throttled" />
			<div>
				<strong>Nobody is told of new trouble: no channel is configured</strong>
				<p>Write into the configuration whom to tell:</p>
				<Paste text={CHANNEL} />
				<p>Look at it with <code>reputed config check</code>, let the service read it anew, and try it with <code>reputed alert test</code>.</p>
			</div>
		</div>
	);
}

function Alerts({ here }) {
	const alerts = useApi("alerts");
	const feeds = useApi("feeds");
	const none = feeds.data && feeds.data.feeds.some((f) => f.feed === "alerts" && f.state === "never");
	const ready = alerts.data && feeds.data;
	useEffect(() => {
		if (here && ready)
			document.getElementById("al-title").scrollIntoView();
	}, [here, !!ready]);
	return (
		<section class="card" aria-labelledby="al-title">
			<h2 id="al-title">Alerts</h2>
			{none && <SetUp />}
			<Answer of={alerts}>{(d) => (d.alerts || []).length ? (
				<>
					{d.alerts.filter((a, k) => a.open || k < 10).map((a) => <Alert key={a.alert} a={a} />)}
					<LeftOut n={d.alerts.filter((a, k) => !a.open && k >= 10).length} what="alert that is resolved" whats="alerts that are resolved"><code>reputed alert list --json</code> has them.</LeftOut>
					{d.messages.length > 0 && (
						<details class="more">
							<summary>Who was told what</summary>
							<Table keyOf={(m) => m.id} rows={d.messages.slice(0, 50)} columns={[
								{ name: "Message", of: (m) => m.title, wide: true }, { name: "When", of: (m) => <Time at={m.at} /> }, { name: "Event", of: (m) => m.event },
								{ name: "Channels", of: (m) => m.channels.map((c) => c.channel + ": " + c.state + (c.why ? " (" + c.why + ")" : "")).join(", ") || "nobody" }]} />
							<LeftOut n={d.messages.length - 50} what="older message"><code>reputed alert list --json</code> has them.</LeftOut>
						</details>
					)}
				</>
			) : !none && <Empty title="No alert was raised yet" />}</Answer>
		</section>
	);
}

const said = (v) => (v === null || v === undefined || (Array.isArray(v) && !v.length) ? "–" : v === true ? "yes" : v === false ? "no"
	: Array.isArray(v) ? v.map((x) => (x && typeof x === "object" ? x.name || JSON.stringify(x) : String(x))).join(", ") : typeof v === "object" ? JSON.stringify(v) : String(v));

export function Settings({ id }) {
	const config = useApi("config");
	return (
		<>
			<h1>Settings and feeds</h1>
			<Feeds />
			<Alerts here={id === "alerts"} />
			<Inputs />
			<section class="card" aria-labelledby="conf-title">
				<h2 id="conf-title">Configuration in use</h2>
				<Answer of={config}>{(d) => (
					<Table keyOf={([k]) => k} rows={Object.entries(d).filter(([, v]) => said(v) !== "–")} columns={[{ name: "Setting", of: ([k]) => k.replace(/_/g, " ") }, { name: "Value", wide: true, of: ([, v]) => <span class="value">{said(v)}</span> }]} />
				)}</Answer>
				<p class="soft small">What is not set is not shown: <code>reputed config dump</code> has all. Change it in the file, look at it with <code>reputed config check</code>, then reload the service.</p>
			</section>
			<section class="card" aria-labelledby="here-title">
				<h2 id="here-title">In this browser</h2>
				<div class="filters">
					<Switch name="theme" label="Colours" value={theme.value} values={[["system", "As the system"], ["light", "Light"], ["dark", "Dark"]]} set={setTheme} />
					<label><input type="checkbox" checked={keysOn.value} onChange={(e) => setKeys(e.currentTarget.checked)} /> Keys: <kbd>/</kbd> searches, <kbd>?</kbd> lists them</label>
				</div>
				<div class="filters">
					<Switch name="zone" label="Times" value={zone.value} values={[["local", "Times here"], ["utc", "Exact times in UTC"]]} set={setZone} />
				</div>
				<p class="soft small">{zone.value === "utc" ? "Times are exact and in UTC, as in logs and tickets." : "Times are in the zone of this browser: " + Intl.DateTimeFormat().resolvedOptions().timeZone + ". UTC when the pointer rests on one."}</p>
				<p class="soft small">What is in this page that others wrote, with its licence: <a href="third-party.txt">third-party.txt</a></p>
			</section>
		</>
	);
}
