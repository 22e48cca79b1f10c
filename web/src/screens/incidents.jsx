// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { useApi } from "../api.js";
import { settle, to } from "../router.js";
import { many, n } from "../fmt.js";
import { causeShort } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { Answer, Empty, LeftOut } from "../parts/say.jsx";
import { Pages } from "../parts/pages.jsx";
import { Switch } from "../parts/switch.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";

const incidentColumns = [
	{ name: "Incident", of: (i) => <a href={to("incident", i.id)}>{i.sentence}</a>, wide: true },
	{ name: "State", of: (i) => <Badge state={i.state === "over" ? "over" : i.class} word={i.state === "suspected" ? i.class + ", suspected" : undefined} /> },
	{ name: "Since", of: (i) => <Time at={i.since} /> },
	{ name: "Until", of: (i) => (i.until ? <Time at={i.until} /> : "still") },
	{ name: "Why", of: (i) => (i.cause ? (i.words === "cannot tell" || i.words === "unlikely" ? "cannot tell" : i.words + " " + causeShort(i.cause)) : "–") },
	{ name: "Bounced", num: true, of: (i) => n(i.bounced) },
	{ name: "Returns", num: true, of: (i) => n(i.returns) },
];

export function Incidents({ query }) {
	const state = ["open", "over"].includes(query.state) ? query.state : "all";
	const [timer, set] = useState(0);
	const found = useApi("incidents", { q: query.q, provider: query.provider, source: query.source, state, page: query.page });
	const type = (e) => {
		const q = e.currentTarget.value.trim();
		clearTimeout(timer);
		set(setTimeout(() => settle({ q, page: "" }), 250));
	};
	const data = found.data || found.before;
	return (
		<>
			<h1>Incidents</h1>
			<div class="filters">
				<input type="search" aria-label="Find incidents: a provider, an address, a code, a cause" placeholder="Provider, address, code, cause" defaultValue={query.q || ""} onInput={type} />
				<Switch name="state" label="Which" value={state} values={[["all", "All"], ["open", "Open"], ["over", "Over"]]} set={(v) => settle({ state: v === "all" ? "" : v, page: "" })} />
				{query.provider && <button type="button" onClick={() => settle({ provider: "", page: "" })}>Only of {query.provider}: show all</button>}
				{query.source && <button type="button" onClick={() => settle({ source: "", page: "" })}>Only of {query.source}: show all</button>}
				{data && <span class="soft">{many(data.found, "incident")}{data.found > data.incidents.length ? ", " + n(data.incidents.length) + " on this page" : ""}{state === "all" && data.found > 0 ? "; " + (data.open ? n(data.open) + " open" : "none open") : ""}</span>}
			</div>
			<section class="card">
				<Answer of={{ ...found, data }}>{(d) => d.incidents.length ? (
					<>
						<Table caption="Incidents" keyOf={(i) => i.id} rows={d.incidents} columns={incidentColumns} data={{ "data-found": d.found }} />
						<Pages next={d.next} query={query} />
					</>
				) : query.q || query.provider || query.source || state !== "all" ? <Empty title="No incident fits"><p>Try fewer words, or <a href={to("incidents")}>all incidents</a>.</p></Empty>
					: <Empty good={!!d.now} title="No incident is known"><p>When a provider refuses, slows or drops your mail, it is kept here with its reason and what to do.</p></Empty>}</Answer>
			</section>
		</>
	);
}

// Those of a provider or a source; a long history goes on elsewhere.
export function IncidentsOf({ params }) {
	const found = useApi("incidents", params);
	return (
		<section class="card" aria-labelledby="inc-title">
			<h2 id="inc-title">Incidents</h2>
			<Answer of={found}>{(d) => d.incidents.length ? (
				<>
					<Table keyOf={(i) => i.id} rows={d.incidents} columns={incidentColumns} />
					<LeftOut n={d.found - d.incidents.length} what="incident"><a href={to("incidents", null, params)}>All of them</a></LeftOut>
				</>
			) : <Empty good title="No incident is known" />}</Answer>
		</section>
	);
}
