// SPDX-License-Identifier: Apache-2.0
// One own domain as the world sees it: SPF and what its terms cost, keys and their ages, DMARC, and what changed when.
import { useApi } from "../api.js";
import { to } from "../router.js";
import { between, many, n, span } from "../fmt.js";
import { SEVERITY } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { Cells } from "../parts/cells.jsx";
import { CopyButton } from "../parts/copy.jsx";
import { Answer, Empty, LeftOut, Text } from "../parts/say.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";
import { Path } from "./dmarc.jsx";

export function Domains() {
	const looks = useApi("looks");
	const config = useApi("config");
	const seen = (looks.data ? looks.data.subjects : []).filter((s) => s.kind === "domain");
	const named = (config.data ? config.data.domains : []).map((d) => d.name).filter((d) => !seen.some((s) => s.subject === d));
	const rows = [...seen, ...named.map((subject) => ({ subject, known: null, findings: null, worst: null, records: null }))];
	return (
		<>
			<h1>Domains</h1>
			<section class="card">
				<Answer of={looks}>{(d) => rows.length ? (
					<><Table caption="Domains" keyOf={(s) => s.subject} rows={rows} columns={[
						{ name: "Domain", of: (s) => <a href={to("domain", s.subject)}>{s.subject}</a> },
						{ name: "Looked at", of: (s) => (s.known ? <Time at={s.known} /> : "never") },
						{ name: "Findings", num: true, of: (s) => n(s.findings) },
						{ name: "Worst", of: (s) => (s.worst ? <Badge state={SEVERITY[s.worst]} word={s.worst} /> : s.known ? <Badge state="well" /> : "–") },
						{ name: "Records", num: true, of: (s) => n(s.records) },
					]} /><LeftOut n={d.limits.left_out} what="domain or address" whats="domains and addresses" /></>
				) : <Empty title="No domain was looked at"><p>Look now: <code>reputed check example.com --ip YOUR-ADDRESS</code>. The service looks at domains that the configuration names.</p></Empty>}</Answer>
			</section>
		</>
	);
}

export function Findings({ of }) {
	const open = of.filter((f) => !f.gone);
	const gone = of.filter((f) => f.gone);
	return (
		<>
			{open.length ? open.map((f) => (
				<article key={f.id + f.detail} class="finding" data-finding={f.id}>
					<h3><Badge state={SEVERITY[f.severity]} word={f.severity} />{f.title}</h3>
					{f.text && f.text !== f.title && <p><Text of={f.text} /></p>}
					{f.effect && <p class="soft">{f.effect}</p>}
					{f.fix && <><p><b>Fix</b> <CopyButton text={f.fix} /></p><p class="value">{f.fix}</p></>}
					<p class="soft small">Since <Time at={f.began} />{f.clear && <> (not yet <Time at={f.clear} />)</>}</p>
				</article>
			)) : <Empty good title="Nothing was found in DNS that providers object to" />}
			{gone.length > 0 && (
				<details class="more">
					<summary>{many(gone.length, "finding that is gone", "findings that are gone")}</summary>
					<Table keyOf={(f) => f.id + f.began} rows={gone} columns={[
						{ name: "Finding", of: (f) => f.title }, { name: "Since", of: (f) => <Time at={f.began} date /> }, { name: "Gone", of: (f) => <Time at={f.gone} date /> }]} />
				</details>
			)}
		</>
	);
}

export function Records({ of }) {
	const now = of.filter((r) => !r.gone);
	if (!now.length)
		return null;
	return (
		<Table caption="Records" keyOf={(r) => r.kind + r.selector + r.value} rows={now} columns={[
			{ name: "Record", of: (r) => r.kind.toUpperCase() + (r.selector ? " " + r.selector : "") },
			{ name: "Value", wide: true, of: (r) => <span class="value">{r.value}</span> },
			{ name: "Seen since", of: (r) => <Time at={r.began} date /> },
		]} />
	);
}

// The terms by depth, as a tree: [{...term, of: [terms below it]}].
function tree(terms) {
	const top = [];
	const open = [];
	for (const t of terms) {
		const node = { ...t, of: [] };
		open.length = t.depth;
		(open[t.depth - 1]?.of || top).push(node);
		open[t.depth] = node;
	}
	return top;
}

const remark = (t) => [t.note, t.duplicate && "it is there twice", t.after_all && "never evaluated: it stands after all", t.too_broad && "covers far too many addresses"].filter(Boolean).join("; ");
const asIs = (t) => t.lookups || t.void_lookups || t.dead || t.of.length || remark(t);

function Terms({ of, top }) {
	// in the records of others, networks cost nothing and there are many: their number says enough
	const shown = top ? of : of.filter(asIs);
	const rest = of.length - shown.length;
	return (
		<ul>
			{shown.map((t, i) => (
				<li key={i} data-term={t.term} data-lookups={t.lookups}>
					<p><span><code>{t.term}</code>{remark(t) && <span class={t.dead ? "bad-text small" : "soft small"}> {remark(t)}</span>}</span><span class={t.lookups ? "num" : "soft num"}>{t.lookups ? many(t.lookups, "lookup") : "free"}</span></p>
					{t.of.length > 0 && <Terms of={t.of} />}
				</li>
			))}
			{rest > 0 && <li><p class="soft"><span>{many(rest, shown.length ? "more term" : "term")}: networks and the like</span><span>free</span></p></li>}
		</ul>
	);
}

// What the record and all that it includes cost: receivers stop at ten lookups, and at the third that finds nothing.
function Spf({ looks }) {
	const record = looks.records.find((r) => r.kind === "spf" && !r.gone);
	const s = looks.spf;
	if (!record)
		return <Empty title="No SPF record was seen"><p>Make one: <code>reputed check {looks.subject}</code></p></Empty>;
	if (!s)
		return <><Empty title="What it costs is not known yet"><p>The next look finds out: <code>reputed check {looks.subject}</code></p></Empty><p class="value">{record.value}</p></>;
	const voids = s.void_lookups_of_one_message;
	const over = s.lookups > s.lookups_allowed;
	return (
		<>
			<p class="big-line" data-is="spf" data-lookups={s.lookups} data-terms={s.terms.length}><strong class={"big" + (over ? " bad-text" : "")}>{n(s.lookups)}</strong> of {n(s.lookups_allowed)} lookups{over && ": receivers stop there, and SPF fails"}</p>
			<p class="soft"><Cells is={s.lookups} of={s.lookups_allowed} /> {voids > s.void_lookups_allowed ? <b class="bad-text">{many(voids, "lookup finds", "lookups find")} nothing; {n(s.void_lookups_allowed)} are allowed.</b> : voids ? many(voids, "lookup finds", "lookups find") + " nothing; " + n(s.void_lookups_allowed) + " are allowed." : "Every lookup finds something."}</p>
			<div class="tree" role="group" aria-label="Terms of the SPF record and what each costs"><Terms of={tree(s.terms)} top /></div>
			{(s.terms_left_out > 0 || !s.whole) && <p class="soft">{s.terms_left_out > 0 && many(s.terms_left_out, "more term is", "more terms are") + " not shown. "}{!s.whole && "The record includes more than reputed follows."}</p>}
			<p class="value">{record.value} <CopyButton text={record.value} /></p>
			<p class="soft small">As of <Time at={s.known} />. With the reason of each step: <code>reputed spf check {looks.subject}</code></p>
		</>
	);
}

const KEY = { revoked: "revoked", broken: "cannot be read", unknown: "of another kind", cut: "too long to be kept whole" };
const NAMED = { rsa: "RSA ", ed25519: "Ed25519" };
const size = (k) => KEY[k.state] || NAMED[k.type] + (k.type === "rsa" ? k.bits : "");

function Keys({ looks }) {
	const keys = looks.records.filter((r) => r.kind === "dkim");
	if (!keys.length)
		return <Empty title="No DKIM key was seen"><p>Name your selectors in the configuration: <code>domain {looks.subject} {"{ selector mail2026 }"}</code></p></Empty>;
	return (
		<Table keyOf={(k) => k.selector + k.value + k.began} rows={keys} columns={[
			{ name: "Selector", of: (k) => k.selector || "–" },
			{ name: "Key", of: (k) => size(k.key) },
			{ name: "State", of: (k) => (k.gone ? <span class="soft">gone since <Time at={k.gone} date /></span> : "published") },
			{ name: "First seen", of: (k) => <Time at={k.began} date /> },
			{ name: "Age (at least)", num: true, of: (k) => (k.began === k.last ? "seen once" : span(between(k.began, k.gone || k.last))) },
		]} />
	);
}

function Changes({ of }) {
	if (!of.length)
		return <Empty good title="No record has changed since it was first looked at" />;
	return of.map((c) => (
		<article key={c.at + c.record + c.selector} class="finding">
			<h3>{c.record.toUpperCase()}{c.selector ? " " + c.selector : ""} <span class="soft small">{c.after ? <>between <Time at={c.after} /> and <Time at={c.at} /></> : <>seen <Time at={c.at} /></>}</span></h3>
			{c.was.filter((v) => v !== null).map((v) => <p key={v} class="value was">{v}</p>)}
			{c.now.filter((v) => v !== null).map((v) => <p key={v} class="value">{v}</p>)}
		</article>
	));
}

// A part of a look: "SPF", "DKIM mail2026"
const PART = { misplaced: "Records at wrong names", parked: "Whether it sends mail" };
function part(p) {
	const [what, of] = p.split("/");
	return (PART[what] || what.toUpperCase()) + (of ? " " + of : "");
}

export function Domain({ id }) {
	const looks = useApi("looks", { subject: id });
	return (
		<>
			<p class="crumb"><a href={to("domains")}>Domains</a> / {id}</p>
			<h1>{id}</h1>
			{looks.error && looks.error.status === 404 ? (
				<Empty title="DNS was never looked at for it"><p>Look now: <code>reputed check {id}</code>. Then, or when the service has looked, SPF, keys, DMARC and every change are here.</p></Empty>
			) : (
				<Answer of={looks} rows={8}>{(d) => (
					<>
						<p class="facts"><span>Looked at <Time at={d.known} /></span>{d.parts.filter((p) => p.failed && (!p.known || p.failed > p.known)).map((p) => <span key={p.part + p.list}>{part(p.part)} could not be asked: {p.why || "no answer"}</span>)}</p>
						<section class="card" aria-labelledby="find-title"><h2 id="find-title">What is wrong</h2><Findings of={d.findings} /></section>
						<div class="two even">
							<section class="card" aria-labelledby="spf-title"><h2 id="spf-title">SPF: who may send, and what it costs</h2><Spf looks={d} /></section>
							<div>
								<section class="card" aria-labelledby="dkim-title"><h2 id="dkim-title">DKIM keys and their ages</h2><Keys looks={d} /></section>
								<section class="card" aria-labelledby="change-title"><h2 id="change-title">What changed</h2><Changes of={d.changes} /></section>
							</div>
						</div>
						<LeftOut n={d.limits.left_out} what="old entry" whats="old entries" />
						<section class="card" aria-labelledby="rec-title"><h2 id="rec-title">All records</h2><Records of={d.records.filter((r) => r.kind !== "dkim")} /></section>
					</>
				)}</Answer>
			)}
			<section class="card" aria-labelledby="path-title"><h2 id="path-title">The way to DMARC reject</h2><Path domain={id} /></section>
		</>
	);
}
