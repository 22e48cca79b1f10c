// SPDX-License-Identifier: Apache-2.0
import { useApi } from "../api.js";
import { to } from "../router.js";
import { many, n, percent } from "../fmt.js";
import { Answer, Empty } from "../parts/say.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";

export function Tls({ id }) {
	const tls = useApi("tls/report", { domain: id });
	return (
		<>
			<h1>TLS reports{id ? ": " + id : ""}</h1>
			<p class="soft">Whether others could send to you encrypted, by their reports (RFC 8460).</p>
			<Answer of={tls}>{(d) => d.reports ? (
				<>
					<section class={"say " + (d.failed ? "troubled" : "calm")}>
						<p class="lead" data-is="tls" data-failed={d.failed}>{d.failed ? <><b>{many(d.failed, "session")} failed</b> of {n(d.failed + d.successful)} ({percent(d.failed / (d.failed + d.successful))}).</> : "All " + n(d.successful) + " sessions were encrypted as you ask."}</p>
						<p class="soft">{many(d.reports, "report")} of {many(d.reporters, "sender")}, <Time at={d.from} utc /> to <Time at={d.until} utc />.{d.unproven_reports > 0 && " " + many(d.unproven_reports, "report is", "reports are") + " not counted: nothing proves who sent them."}</p>
					</section>
					<section class="card" aria-labelledby="fail-title">
						<h2 id="fail-title">What failed</h2>
						{d.failures.length ? <Table keyOf={(f) => f.domain + f.host + f.result} rows={d.failures} columns={[
							{ name: "Why", of: (f) => f.result || "no reason given" },
							{ name: "Host", of: (f) => f.host || "–" },
							{ name: "Sessions", num: true, of: (f) => n(f.sessions) },
							{ name: "Said by", of: (f) => (f.reporter || "–") + (f.reporters > 1 ? " and " + many(f.reporters - 1, "more", "more") : "") },
							{ name: "First", of: (f) => <Time at={f.first} utc /> },
							{ name: "Last", of: (f) => <Time at={f.last} utc /> },
							{ name: "More", wide: true, of: (f) => f.info || "–" },
						]} /> : <Empty good title="Nothing failed" />}
					</section>
					<section class="card" aria-labelledby="dom-title">
						<h2 id="dom-title">By domain and policy</h2>
						<Table keyOf={(f) => f.domain + f.policy} rows={d.domains} columns={[
							{ name: "Domain", of: (f) => (f.domain ? <a href={to("tls", f.domain)}>{f.domain}</a> : "–") },
							{ name: "Policy", of: (f) => ({ sts: "MTA-STS", tlsa: "DANE (TLSA)", "no-policy-found": "none found" })[f.policy] || f.policy || "–" },
							{ name: "Reports", num: true, of: (f) => n(f.reports) },
							{ name: "Encrypted", num: true, of: (f) => n(f.successful) },
							{ name: "Failed", num: true, of: (f) => n(f.failed) },
						]} />
					</section>
				</>
			) : <Empty title="No TLS report was read"><p>Ask for them with a record: <code>_smtp._tls.YOUR-DOMAIN. IN TXT "v=TLSRPTv1; rua=mailto:tls@YOUR-DOMAIN"</code>, and let reputed read that mailbox.</p><p><a href={to("guide", "tls-rpt")}>How to</a></p></Empty>}</Answer>
		</>
	);
}
