// SPDX-License-Identifier: Apache-2.0
// One own address: how providers treat it, its name, the lists it is on.
import { useApi } from "../api.js";
import { to } from "../router.js";
import { list, many, n } from "../fmt.js";
import { badness, isAddress, mood, providerId, providerName, TOO_LITTLE, tooLittle, worst } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { Answer, Empty, LeftOut } from "../parts/say.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";
import { Findings, Records } from "./domain.jsx";
import { Events } from "./timeline.jsx";
import { IncidentsOf } from "./incidents.jsx";
import { gather, Mail, OTHER, shareColumns, Uncounted } from "./provider.jsx";
import { Heartbeats } from "./overview.jsx";

export function Sources() {
	const strips = useApi("strips", { span: "week" });
	const looks = useApi("looks");
	const look = (s) => looks.data && looks.data.subjects.find((x) => x.subject === s);
	return (
		<>
			<h1>Sources</h1>
			<section class="card">
				<Answer of={strips}>{(d) => d.rows.length ? (
					<>
						<p class="soft">Your own sending addresses, and labels of the log whose address is not known. The last 7½ days, worst first. {OTHER}</p>
						<Table caption="Sources" keyOf={(g) => g.key} rows={gather(d.rows, (r) => r.source)} columns={[
							...shareColumns("Source", (g) => <a href={to("source", g.key)}>{g.key}</a>),
							{ name: "Lists", of: (g) => (look(g.key) ? (look(g.key).listed ? <b class="bad-text">on {many(look(g.key).listed, "list")}</b> : "none known") : "not looked at") },
						]} />
						<Uncounted of={d} />
					</>
				) : <Empty title="No delivery was read"><p>Read the mail log: <code>reputed ingest /var/log/mail.log</code></p></Empty>}</Answer>
			</section>
		</>
	);
}

const GOOD = ["allow", "good"];
const KIND = { abuse: "abuse", policy: "policy: says nothing of abuse", allow: "of good senders", good: "of good senders" };

function ListTable({ rows }) {
	return (
		<Table keyOf={(l) => l.zone} rows={rows} columns={[
			{ name: "List", of: (l) => l.zone },
			{ name: "State", of: (l) => <Badge state={l.listed === null ? "unknown" : l.listed && !GOOD.includes(l.kind) ? "listed" : "well"} word={l.listed === null ? undefined : l.listed ? "listed" : "not listed"} /> },
			{ name: "Kind", of: (l) => KIND[l.kind] || l.kind },
			{ name: "Since", of: (l) => { const s = l.stays.find((x) => !x.gone); return s ? <Time at={s.began} /> : "–"; } },
			{ name: "Before", wide: true, of: (l) => (l.stays.some((s) => s.gone) ? l.stays.filter((s) => s.gone).map((s) => <span key={s.began} class="said"><Time at={s.began} date /> to <Time at={s.gone} date /> </span>) : "–") },
			{ name: "What it says", wide: true, of: (l) => (l.listed === null ? l.why : (l.stays.find((s) => !s.gone) || {}).text) || "–" },
			{ name: "Asked", of: (l) => <Time at={l.asked} /> },
		]} />
	);
}

// Those that matter in full; where it is not listed and never was, one line.
function Lists({ lists }) {
	const bad = (l) => l.listed === true && !GOOD.includes(l.kind);
	const rows = [...lists].sort((a, b) => bad(b) - bad(a) || (b.listed === null) - (a.listed === null) || (a.zone < b.zone ? -1 : 1));
	const told = rows.filter((l) => l.listed !== false || l.stays.length > 0);
	const rest = rows.filter((l) => !told.includes(l));
	const on = rows.filter(bad).length;
	const unknown = rows.filter((l) => l.listed === null).length;
	return (
		<>
			<p data-is="lists" data-listed={on}>{on ? <b class="bad-text">On {many(on, "list")} of {n(rows.length)}.</b> : "On none of the " + n(rows.length - unknown) + " lists that answered."} {unknown > 0 && many(unknown, "list") + " gave no answer that counts: neither clean nor listed."}</p>
			{told.length > 0 && <ListTable rows={told} />}
			{rest.length > 0 && (
				<details class="more">
					<summary>{many(rest.length, "list", "lists")} where it is not, and never was when somebody looked</summary>
					<ListTable rows={rest} />
				</details>
			)}
		</>
	);
}

export function Source({ id, query }) {
	const strips = useApi("strips", { span: "day", source: id });
	const address = isAddress(id);
	const looks = useApi(address ? "looks" : null, { subject: id });
	const rows = strips.data ? strips.data.rows : [];
	const bad = rows.filter((r) => badness(r.state) > 1);
	const well = rows.filter((r) => r.state === "well");
	const state = rows.length ? worst(rows.map((r) => r.state)) : null;
	return (
		<>
			<p class="crumb"><a href={to("sources")}>Sources</a> / {id}</p>
			<section class={"say " + mood(state)}>
				<h1>{id}</h1>
				{strips.data && <p class="lead">{!rows.length ? "No mail of it was read in the last 24 hours." : bad.length ? bad.map((r) => <span key={providerId(r)} class="said"><Badge state={r.state} /> by <a href={to("provider", providerId(r))}>{providerName(r)}</a> since <Time at={r.since} /> </span>) : well.length ? (well.length === rows.length ? "All providers accept its mail." : "Accepted by " + list(well.map(providerName)) + "." + tooLittle(rows, providerName)) : TOO_LITTLE}</p>}
				{rows.length > 0 && rows[0].source_label && <p class="soft">In the log it is {rows[0].source_label}.</p>}
			</section>
			<Heartbeats query={query} params={{ source: id }} title="How each provider treats it" />
			{address && (
				<>
					<section class="card" aria-labelledby="name-title">
						<h2 id="name-title">Its name and what DNS shows</h2>
						{looks.error && looks.error.status === 404 ? (
							<Empty title="DNS was never looked at for it"><p>Look now: <code>reputed check YOUR-DOMAIN --ip {id}</code>. The service looks by itself, unless the configuration has <code>audit off</code>.</p></Empty>
						) : <Answer of={looks}>{(d) => (
							<>
								<p class="soft">Looked at <Time at={d.known} />.</p>
								<Findings of={d.findings} />
								<Records of={d.records} />
								<LeftOut n={d.limits.left_out} what="old entry" whats="old entries" />
							</>
						)}</Answer>}
					</section>
					{looks.data && (
						<section class="card" aria-labelledby="lists-title">
							<h2 id="lists-title">Blocklists</h2>
							{looks.data.lists.length ? <Lists lists={looks.data.lists} /> : <Empty title="No list was asked"><p>Ask them now: <code>reputed dnsbl {id}</code></p></Empty>}
						</section>
					)}
				</>
			)}
			<Mail title="Mail from it" params={{ source: id }} strips={strips} />
			<IncidentsOf params={{ source: id }} />
			<section class="card" aria-labelledby="ev-title"><h2 id="ev-title">What happened lately</h2><Events params={{ subject: id }} /></section>
		</>
	);
}
