// SPDX-License-Identifier: Apache-2.0
// One own domain as the world sees it: SPF and what its terms cost, keys and their ages, DMARC, and what changed when.
import { useApi } from "../api.js";
import { to } from "../router.js";
import { between, many, n, span } from "../fmt.js";
import { capital, SEVERITY } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { CopyButton } from "../parts/copy.jsx";
import { Answer, Empty, Text } from "../parts/say.jsx";
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
				<Answer of={looks}>{() => rows.length ? (
					<Table caption="Domains" keyOf={(s) => s.subject} rows={rows} columns={[
						{ name: "Domain", of: (s) => <a href={to("domain", s.subject)}>{s.subject}</a> },
						{ name: "Looked at", of: (s) => (s.known ? <Time at={s.known} /> : "never") },
						{ name: "Findings", num: true, of: (s) => n(s.findings) },
						{ name: "Worst", of: (s) => (s.worst ? <Badge state={SEVERITY[s.worst]} word={s.worst} /> : s.known ? <Badge state="well" /> : "–") },
						{ name: "Records", num: true, of: (s) => n(s.records) },
					]} />
				) : <Empty title="No domain was looked at"><p>Look now: <code>reputed check example.com --ip YOUR-ADDRESS</code>. Domains that the configuration names are looked at each day.</p></Empty>}</Answer>
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
			)) : <Empty good title="Nothing was found that providers object to" />}
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

const COST = /^[+?~-]?(include:|a$|a[:/]|mx$|mx[:/]|ptr|exists:|redirect=)/i;

// The terms of the record, each with the lookups that it costs; ten are allowed. What an include costs in all is
// known only where its record was looked at, too.
function Spf({ looks }) {
	const record = looks.records.find((r) => r.kind === "spf" && !r.gone);
	if (!record)
		return <Empty title="No SPF record was seen"><p>Make one: <code>reputed check {looks.subject}</code></p></Empty>;
	if (looks.spf) {
		const all = looks.spf;
		return (
			<>
				<p><b>{n(all.lookups)}</b> of {n(all.lookups_allowed)} lookups are used.{all.void_lookups > 0 && " " + many(all.void_lookups, "lookup finds", "lookups find") + " nothing."}</p>
				<ul class="tree">{all.terms.map((t, i) => <li key={i} class={"depth-" + Math.min(t.depth, 4)}><p><code>{t.term}</code><span class="soft num">{t.lookups ? many(t.lookups, "lookup") : "free"}</span></p></li>)}</ul>
			</>
		);
	}
	const terms = record.value.split(/\s+/).slice(1);
	const own = terms.filter((t) => COST.test(t)).length;
	return (
		<>
			<p>{own ? "Its own terms cost " + many(own, "lookup") + " of 10; what includes contain comes on top." : "It costs no lookup."} <span class="soft">In full: <code>reputed spf check {looks.subject}</code></span></p>
			<ul class="tree" aria-label="Terms of the SPF record">
				<li><p><code>{looks.subject}</code><span class="soft num">{many(own, "lookup")} at least</span></p>
					<ul>{terms.map((t, i) => <li key={i}><p><code>{t}</code><span class="soft num">{COST.test(t) ? (/^[+?~-]?(include:|redirect=)/i.test(t) ? "1 lookup, and its own" : "1 lookup") : "free"}</span></p></li>)}</ul>
				</li>
			</ul>
			<p class="value">{record.value} <CopyButton text={record.value} /></p>
		</>
	);
}

// The first thing of tag `tag` in what DER holds (ITU-T X.690 8.1): its content. null: something else stands there.
function der(at, tag) {
	if (!at || at.length < 2 || at[0] !== tag)
		return null;
	let [n, head] = [at[1], 2];
	if (n > 128) {
		head += n & 127;
		n = at.slice(2, head).reduce((sum, byte) => sum * 256 + byte, 0);
	}
	return n !== 128 && at.length >= head + n ? { in: at.slice(head, head + n), behind: at.slice(head + n) } : null;
}

// How long an RSA key is: that of its modulus, in a SubjectPublicKeyInfo (RFC 5280 4.1.2.7) or bare (RFC 8017 A.1.1).
function modulus(base64) {
	let bytes;
	try {
		bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
	} catch {
		return null;
	}
	const outer = der(bytes, 0x30);
	const algorithm = outer && der(outer.in, 0x30);
	const key = algorithm ? der((der(algorithm.behind, 0x03) || { in: [] }).in.slice(1), 0x30) : outer;
	const number = key && der(key.in, 0x02);
	const digits = number && number.in.slice(number.in.findIndex((byte) => byte));
	return digits && digits.length && digits[0] ? digits.length * 8 - Math.clz32(digits[0]) + 24 : null;
}

// The key of a DKIM record (RFC 6376 3.6.1).
function bits(value) {
	const tags = new Map(value.split(";").map((t) => t.split(/=([^]*)/).map((s) => s.trim())));
	if (!tags.has("p"))
		return "–";
	const p = (tags.get("p") || "").replace(/\s/g, "");
	if (!p)
		return "revoked";
	const kind = (tags.get("k") || "rsa").toLowerCase();
	const long = kind === "rsa" ? modulus(p) : null;
	return kind === "ed25519" ? "Ed25519" : kind !== "rsa" ? kind : long ? "RSA " + long : "RSA, not readable";
}

function Keys({ looks }) {
	const keys = looks.records.filter((r) => r.kind === "dkim");
	if (!keys.length)
		return <Empty title="No DKIM key was seen"><p>Name your selectors in the configuration: <code>domain {looks.subject} {"{ selector mail2026 }"}</code></p></Empty>;
	return (
		<Table keyOf={(k) => k.selector + k.value + k.began} rows={keys} columns={[
			{ name: "Selector", of: (k) => k.selector || "–" },
			{ name: "Key", of: (k) => bits(k.value) },
			{ name: "State", of: (k) => (k.gone ? <span class="soft">gone since <Time at={k.gone} date /></span> : "published") },
			{ name: "First seen", of: (k) => <Time at={k.began} date /> },
			{ name: "Age (at least)", num: true, of: (k) => span(between(k.began, k.gone || k.last)) },
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
						<p class="facts"><span>Looked at <Time at={d.known} /></span>{d.parts.filter((p) => p.failed && (!p.known || p.failed > p.known)).map((p) => <span key={p.part + p.list}>{capital(p.part)} could not be asked: {p.why || "no answer"}</span>)}</p>
						<section class="card" aria-labelledby="find-title"><h2 id="find-title">What is wrong</h2><Findings of={d.findings} /></section>
						<div class="two even">
							<section class="card" aria-labelledby="spf-title"><h2 id="spf-title">SPF: who may send, and what it costs</h2><Spf looks={d} /></section>
							<section class="card" aria-labelledby="dkim-title"><h2 id="dkim-title">DKIM keys and their ages</h2><Keys looks={d} /></section>
						</div>
						<section class="card" aria-labelledby="change-title"><h2 id="change-title">What changed</h2><Changes of={d.changes} /></section>
						<section class="card" aria-labelledby="rec-title"><h2 id="rec-title">All records</h2><Records of={d.records.filter((r) => r.kind !== "dkim")} /></section>
					</>
				)}</Answer>
			)}
			<section class="card" aria-labelledby="path-title"><h2 id="path-title">The way to DMARC reject</h2><Path domain={id} /></section>
		</>
	);
}
