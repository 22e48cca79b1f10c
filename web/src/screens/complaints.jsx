// SPDX-License-Identifier: Apache-2.0
// Shares by stream, with the limits that receivers go by drawn in.
import { useApi } from "../api.js";
import { to } from "../router.js";
import { many, n, percent } from "../fmt.js";
import { Badge } from "../parts/badge.jsx";
import { useNames } from "../parts/names.js";
import { Answer, Empty, LeftOut } from "../parts/say.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";

// A share against its limits. All bars of a table have one scale: they end at twice its highest limit.
function Share({ is, warn, act, end }) {
	const at = (x) => Math.min(100, x / end * 100) + "%";
	return (
		<span class="bar" role="img" aria-label={percent(is, 2) + (warn ? ", the provider warns at " + percent(warn, 1) : "") + ", the limit is " + percent(act, 1)}>
			<i class={is >= act ? "bad" : warn && is >= warn ? "slow" : ""} style={{ width: at(is) }} />
			{warn && <i class="mark" style={{ left: at(warn) }} />}
			<i class="mark" style={{ left: at(act) }} />
		</span>
	);
}

const STATE = { well: "well", "near the limit": "throttled", "over the limit": "blocked" };
const state = (s) => <Badge state={STATE[s] || "unknown"} word={STATE[s] ? (s === "well" ? "ok" : s) : s} />;

function Bounces() {
	const bounces = useApi("bounces", { days: 30 });
	return <Answer of={bounces}>{(d) => !d.rows.length ? <Empty title="No delivery was read in these days" /> : (
		<>
			<p class="soft">Dead addresses on a list are what receivers look at first. The mark is at {percent(d.limit, 0)} of the attempts.</p>
			<Table keyOf={(r) => r.stream} rows={d.rows} data={{ "data-streams": d.rows.length }} columns={[
				{ name: "Stream", of: (r) => r.stream || "not known" },
				{ name: "State", of: (r) => state(r.state) },
				{ name: "Unknown recipients", num: true, of: (r) => n(r.unknown_recipients) },
				{ name: "Attempts", num: true, of: (r) => n(r.attempts) },
				{ name: "Share", num: true, of: (r) => percent(r.share) },
				{ name: "Against the limit", wide: true, of: (r) => (r.share === null ? "–" : <Share is={r.share} act={d.limit} end={2 * d.limit} />) },
				{ name: "Refused", num: true, of: (r) => n(r.refused) },
			]} />
			<LeftOut n={d.limits.rows_left_out} what="stream">Their shares are smaller.</LeftOut>
		</>
	)}</Answer>;
}

export function Complaints() {
	const complaints = useApi("complaints");
	const name = useNames();
	return (
		<>
			<h1>Bounces and complaints</h1>
			<section class="card" aria-labelledby="c-title">
				<h2 id="c-title">Complaints, 30 days</h2>
				<Answer of={complaints}>{(d) => (
					<>
						<p data-is="complaints" data-complaints={d.complaints}>
							<b>{many(d.complaints, "complaint")}</b>{d.unmatched > 0 && <>, {n(d.unmatched)} about mail that is not in your logs</>}{d.opt_outs > 0 && <>, {many(d.opt_outs, "opt-out")}</>}.
						</p>
						{d.rates.length ? (
							<Table keyOf={(r) => r.provider + r.stream + r.route} rows={d.rates} columns={[
								{ name: "Stream", of: (r) => r.stream || "all streams" },
								{ name: "Provider", of: (r) => (r.provider ? <a href={to("provider", r.provider)}>{name(r.provider)}</a> : "all providers") },
								{ name: "State", of: (r) => state(r.state) },
								{ name: "Complaints", num: true, of: (r) => n(r.complaints) },
								{ name: "Accepted", num: true, of: (r) => n(r.accepted) },
								{ name: "Share", num: true, of: (r) => percent(r.rate) },
								{ name: "Against the limits", wide: true, of: (r) => (r.rate === null || !r.act ? "–" : <><Share is={r.rate} warn={r.warn} act={r.act} end={2 * Math.max(...d.rates.map((x) => x.act || 0))} /><span class="soft small">{r.limit_of}: {percent(r.warn)} and {percent(r.act)}</span></>) },
								{ name: "Last", of: (r) => <Time at={r.last} /> },
							]} />
						) : <Empty title="No complaint was read"><p>That is good news only where somebody reports them: join the feedback loops of Microsoft (<a href={to("guide", "jmrp")}>JMRP</a>) and Yahoo, and let reputed read their mailbox.</p></Empty>}
					</>
				)}</Answer>
			</section>
			<section class="card" aria-labelledby="b-title">
				<h2 id="b-title">Unknown recipients by stream, 30 days</h2>
				<Bounces />
			</section>
		</>
	);
}
