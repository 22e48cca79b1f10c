// SPDX-License-Identifier: Apache-2.0
// Who sends as you, by the reports of receivers: what passes, what is yours and fails, and what is somebody else's.
import { useApi } from "../api.js";
import { settle, to } from "../router.js";
import { iso, list, many, n, percent, seconds } from "../fmt.js";
import { capital } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { Chart } from "../parts/chart.jsx";
import { CopyButton } from "../parts/copy.jsx";
import { Answer, Empty, LeftOut, Text } from "../parts/say.jsx";
import { Switch } from "../parts/switch.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";

const WHO = {
	own: "one of your addresses", forwarder: "a forwarder", signed: "signed by you, address not known", allowed: "allowed by your SPF, address not known",
	service: "a service", unknown: "nothing of yours vouches for it",
};
const FAULT = { unaligned: "passes, but for another domain", fails: "fails", error: "error at the receiver", none: "not there" };
const fault = (what, f, passes) => (f ? what + " " + (FAULT[f] || f) + (passes ? ": " + passes : "") : null);
const KINDS = [["passed", "passed", "blue"], ["mend", "may be yours, fails", "bad"], ["forwarded", "forwarded", "rest"], ["others", "services as themselves", "slow"], ["unknown", "not yours", "odd"]];

// Mail that does not pass and that nobody can mend here.
const OTHERS = { unknown: "not yours", service: "not as you", forwarder: "forwarded" };

// A row of many addresses that nothing names is not the first of them.
function name(s) {
	return s.service_name || s.name || (s.addresses > 1 ? many(s.addresses, "address", "addresses") : s.hostname || s.address) || "not known";
}

const VERDICT = {
	safe: ["well", "Safe now"], mend: ["throttled", "Fix senders first"], forwarded: ["throttled", "Stay: only forwarded mail would be lost"],
	wait: ["unknown", "Wait for more reports"], done: ["well", "Done: the policy is reject"],
};

function OldLeftOut({ n }) {
	return n > 0 ? <p class="soft small">{many(n, "record of the oldest reports is", "records of the oldest reports are")} left out: there are too many.</p> : null;
}

export function Path({ domain }) {
	const path = useApi("dmarc/path", { domain });
	if (path.error && !path.data)
		return <Empty title={path.error.title}><p>{path.error.why}</p><p>{path.error.do}</p></Empty>;
	return (
		<Answer of={path}>{(d) => !d.reports ? (
			<Empty title="No report about this domain was read"><p>Ask for them with a record: <code>_dmarc.{domain}. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"</code>, and let reputed read that mailbox.</p></Empty>
		) : (
			<>
				<p class="lead"><Badge state={(VERDICT[d.verdict] || ["unknown"])[0]} word={(VERDICT[d.verdict] || ["", d.verdict])[1]} /> The policy is <b>{d.now}</b>. <span class="soft">By {many(d.reports, "report")} of {many(d.receivers, "receiver")} in {many(d.days, "day")}.</span></p>
				{d.verdict === "wait" && <p>Needed: {many(d.days_needed, "day")} and {many(d.receivers_needed, "receiver")}.</p>}
				<OldLeftOut n={d.records_left_out} />
				{d.steps.map((s) => (
					<article key={s.to} class="finding">
						<h3><Badge state={(VERDICT[s.verdict] || ["unknown"])[0]} word={(VERDICT[s.verdict] || ["", s.verdict])[1]} />To {s.to}</h3>
						<p class="value">{s.record} <CopyButton text={s.record} /></p>
						<p class="soft">Of {many(s.messages, "message")}, {n(s.wanted_failed)} that look like yours fail, {n(s.forwarded_failed)} were broken by forwarders, {n(s.unknown_failed)} are not yours.{d.tags_not_reported.length > 0 && " Keep your " + list(d.tags_not_reported) + ": reports do not show them."}</p>
						{s.sources.filter((x) => x.fix_first).map((x) => <p key={x.address}><b>{name(x)}</b>: {many(x.failed, "message")} fail. <Text of={x.advice} /></p>)}
					</article>
				))}
			</>
		)}</Answer>
	);
}

const about = (f) => (f.selector ? " for " + f.selector + " of " + f.domain : f.domain ? " for " + f.domain : "");

// By who it is and what fails. Only who shows nothing of yours is not yours.
function State({ s }) {
	if (s.mend)
		return <Badge state="failing" word="fix it" />;
	if (s.spf_lost > 0)
		return <Badge state="throttled" word="SPF fails" />;
	if (s.passed === s.messages)
		return <Badge state="well" />;
	return <Badge state="none" word={OTHERS[s.who] || "not all pass"} />;
}

function Healed({ of, none, any }) {
	return (
		<>
			{!any && <Empty good={!of.length} title={of.length ? none + " now" : none} />}
			{of.map((f, i) => (
				<article key={i} class="finding" data-healed={f.what}>
					<h3><Badge state="over" word="passes again" />{f.receiver ? f.receiver + ": " : ""}{f.what.toUpperCase()} {f.result || "failed"}{about(f)}</h3>
					<p>{n(f.failed)} of {many(f.messages, "message")}{f.receiver ? "" : " at " + many(f.receivers, "receiver")} failed{f.since && <> from <Time at={f.since} utc /></>} until <Time at={lastDay(f.until)} utc />.</p>
				</article>
			))}
		</>
	);
}

const CHECK = { dmarc: "DMARC", spf: "SPF", signature: "DKIM: signature", bodyhash: "DKIM: the body was changed", revoked: "DKIM: key revoked", adsp: "ADSP" };

// Single messages, by failure reports: few receivers send them, and they say most.
function Failures({ d }) {
	if (!d.failures.length && !d.unproven_failures)
		return null;
	return (
		<section class="card" aria-labelledby="one-title">
			<h2 id="one-title">Single messages that failed</h2>
			<Table keyOf={(f) => f.source_ip + f.check + f.message_id + f.first} rows={d.failures} data={{ "data-failures": d.failures.length }} columns={[
				{ name: "Sent from (IP)", of: (f) => f.source_ip || "not known" },
				{ name: "What failed", of: (f) => CHECK[f.check] || f.check || "–" },
				{ name: "Domain in From", of: (f) => f.from || "–" },
				{ name: "Signed by", of: (f) => (f.dkim_domain ? f.dkim_domain + (f.dkim_selector ? " (" + f.dkim_selector + ")" : "") : "–") },
				{ name: "Messages", num: true, of: (f) => n(f.messages) },
				{ name: "Delivered", num: true, of: (f) => n(f.delivered) },
				{ name: "Refused", num: true, of: (f) => n(f.refused) },
				{ name: "Said by", of: (f) => f.reporter || "–" },
				{ name: "Last", of: (f) => <Time at={f.last} /> },
			]} />
			<LeftOut n={d.failures_left_out} what="kind of message" whats="kinds of messages" />
			{d.unproven_failures > 0 && <p class="soft small">{many(d.unproven_failures, "failure report is", "failure reports are")} not counted: nothing proves who sent them.</p>}
		</section>
	);
}

// The day that ends with a moment.
const lastDay = (at) => iso(Date.parse(at) - 1000);

const SINCE = [["30d", "Month"], ["90d", "Quarter"], ["365d", "Year"]];

function Found({ d, id }) {
	const failed = d.messages - d.passed;
	const mend = d.sources.filter((s) => s.mend);
	const lost = d.sources.filter((s) => s.spf_lost > 0);
	const x = d.days.map((y) => seconds(y.day));
	return (
		<>
			<section class={"say " + (mend.length || lost.length || d.broken.length ? "troubled" : "calm")}>
				<p class="lead" data-is="dmarc" data-messages={d.messages} data-passed={d.passed}><b>{percent(d.messages ? d.passed / d.messages : null)}</b> of {n(d.messages)} messages pass DMARC; {n(failed)} do not.{mend.length ? <> What looks like yours and fails: <b>{list(mend.slice(0, 3).map(name))}</b>{mend.length > 3 ? " and " + (mend.length - 3) + " more" : ""}.</> : failed ? " None of these looks like yours." : ""}</p>
				{d.quarantined + d.rejected > 0 && <p data-is="acted" data-quarantined={d.quarantined} data-rejected={d.rejected}>Receivers put {n(d.quarantined)} into junk and refused {n(d.rejected)} for it.</p>}
				{lost.map((s) => (
					<p key={s.address} class="lead" data-lost={s.spf_lost}>SPF of your domain fails for your address <a href={to("source", s.address)}>{s.address}</a>{s.spf_lost_since ? <> since <Time at={s.spf_lost_since} utc /></> : " in all of this time"}: {many(s.spf_lost, "message")}. The record does not name it; add it.</p>
				))}
				<p class="soft">{many(d.reports, "report")} of {many(d.receivers.filter((r) => r.reports).length, "receiver")}, <Time at={d.from} utc /> to <Time at={d.until} utc />.{d.unproven_reports > 0 && " " + many(d.unproven_reports, "report is", "reports are") + " not counted: nothing proves who sent them."}{d.future_reports > 0 && " " + many(d.future_reports, "report is", "reports are") + " not counted: the time in them is not over."}</p>
				<OldLeftOut n={d.records_left_out} />
			</section>
			{d.days.length > 1 && (
				<section class="card" aria-labelledby="days-title">
					<h2 id="days-title">Messages by day</h2>
					<Chart title="Messages with your domain in From" x={x} step={86400} height={210} series={KINDS.map(([k, word, color]) => ({ name: word, values: d.days.map((y) => y[k]), color, fill: true, stack: true }))} />
				</section>
			)}
			<section class="card" aria-labelledby="who-title">
				<h2 id="who-title">Who sends as you</h2>
				<Table keyOf={(s) => s.who + name(s) + s.address} rows={d.sources} data={{ "data-sources": d.sources.length }} columns={[
					{ name: "Sender", of: (s) => <>{name(s)}{!s.service_name && !s.name && s.addresses > 1 && <span class="soft small"> such as {s.hostname || s.address}</span>}{s.new && <> <Badge state="throttled" word="new" /></>}</> },
					{ name: "Who it is", of: (s) => WHO[s.who] || s.who },
					{ name: "Messages", num: true, of: (s) => n(s.messages) },
					{ name: "Pass", num: true, of: (s) => percent(s.messages ? s.passed / s.messages : null) },
					{ name: "State", of: (s) => <State s={s} /> },
					{ name: "What fails", wide: true, of: (s) => [fault("DKIM", s.dkim_fault, s.dkim_passes_for), fault("SPF", s.spf_fault, s.spf_passes_for)].filter(Boolean).join("; ") || "–" },
					{ name: "Last", of: (s) => <Time at={s.last} utc /> },
				]} />
			</section>
			<div class="two even">
				<section class="card" aria-labelledby="diff-title">
					<h2 id="diff-title">What one receiver sees differently</h2>
					{d.differs.map((f, i) => (
						<article key={i} class="finding">
							<h3>{f.receiver ? f.receiver + ": " : ""}{(f.what || "").toUpperCase()} {f.result}{about(f)}</h3>
							<p>{n(f.failed)} of {n(f.messages)} there, {n(f.failed_elsewhere)} of {n(f.messages_elsewhere)} at {many(f.receivers_elsewhere, "other")}. {f.since && <span class="soft">Since <Time at={f.since} utc />.</span>}</p>
						</article>
					))}
					<LeftOut n={d.differs_left_out} what="difference" />
					<Healed of={d.healed.filter((f) => f.receiver)} any={d.differs.length} none="All receivers see the same" />
				</section>
				<section class="card" aria-labelledby="broken-title">
					<h2 id="broken-title">What fails at most receivers</h2>
					{d.broken.map((f, i) => (
						<article key={i} class="finding">
							<h3>{(f.what || "").toUpperCase()} {f.result || "fails"}{about(f)}</h3>
							<p>{f.failed !== undefined ? n(f.failed) + " of " + n(f.messages) + " messages" : ""} {f.since && <span class="soft">since <Time at={f.since} utc /></span>}</p>
						</article>
					))}
					<Healed of={d.healed.filter((f) => !f.receiver)} any={d.broken.length} none="Nothing fails everywhere" />
					<LeftOut n={d.healed_left_out} what="trouble that is over" whats="troubles that are over" />
				</section>
			</div>
			{d.strangers.length > 0 && (
				<section class="card" aria-labelledby="str-title">
					<h2 id="str-title">Not yours, by address</h2>
					<p class="soft">Nothing of yours vouches for these addresses. Most send spam that forges your domain; a steady one may be a sender of yours that nobody told you of.</p>
					<Table keyOf={(s) => s.address} rows={d.strangers} columns={[
						{ name: "Address", of: (s) => s.address },
						{ name: "Messages", num: true, of: (s) => n(s.messages) },
						{ name: "Days", num: true, of: (s) => n(s.days) },
						{ name: "Receivers", num: true, of: (s) => n(s.receivers) },
						{ name: "Steady", of: (s) => (s.steady ? "yes: look at it" : "no") },
						{ name: "Whose", of: (s) => s.run_by || s.hostname || s.cloud || "–" },
					]} />
					<LeftOut n={d.strangers_left_out} what="address" whats="addresses">They sent less.</LeftOut>
				</section>
			)}
			<section class="card" aria-labelledby="rec-title">
				<h2 id="rec-title">Receivers</h2>
				<Table keyOf={(r) => r.name} rows={d.receivers} columns={[
					{ name: "Receiver", of: (r) => r.name },
					{ name: "Messages", num: true, of: (r) => n(r.messages) },
					{ name: "Pass", num: true, of: (r) => percent(r.messages ? r.passed / r.messages : null) },
					{ name: "DKIM", num: true, of: (r) => percent(r.messages ? r.dkim / r.messages : null) },
					{ name: "SPF", num: true, of: (r) => percent(r.messages ? r.spf / r.messages : null) },
					{ name: "To junk", num: true, of: (r) => n(r.quarantined) },
					{ name: "Refused", num: true, of: (r) => n(r.rejected) },
					{ name: "Reports", num: true, of: (r) => n(r.reports) },
					{ name: "Last", of: (r) => <>{r.silent && <Badge state="throttled" word="silent" />} <Time at={r.last} utc /></> },
				]} />
			</section>
			<Failures d={d} />
			{id && <section class="card" aria-labelledby="path-title"><h2 id="path-title">The way to reject</h2><Path domain={id} /></section>}
		</>
	);
}

export function Dmarc({ id, query }) {
	const since = SINCE.some(([s]) => s === query.since) ? query.since : "30d";
	const report = useApi("dmarc/report", { domain: id, since });
	const config = useApi("config");
	const domains = config.data ? config.data.domains.map((d) => d.name) : [];
	const data = report.data || report.before;
	return (
		<>
			<h1>DMARC: who sends as {id || "you"}</h1>
			<div class="filters">
				<Switch name="since" label="How long" value={since} values={SINCE} set={(v) => settle({ since: v === "30d" ? "" : v })} />
				{id ? <><a href={to("dmarc")}>All domains</a><a href={to("domain", id)}>{capital("DNS of " + id)}</a></> : domains.map((d) => <a key={d} href={to("dmarc", d)}>{d}</a>)}
			</div>
			<Answer of={{ ...report, data }} rows={8}>{(d) => d.reports ? <Found d={d} id={id} /> : (
				<Empty title="No DMARC report was read"><p>Receivers send one a day when your record asks for it: <code>_dmarc.YOUR-DOMAIN. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@YOUR-DOMAIN"</code>. Let reputed read that mailbox: <code>watch</code> in the configuration, or <code>reputed ingest FILE</code>.</p><p><a href={to("guide", "dmarc")}>How to</a></p></Empty>
			)}</Answer>
		</>
	);
}
