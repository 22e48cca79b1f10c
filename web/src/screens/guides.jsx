// SPDX-License-Identifier: Apache-2.0
// What a reply, a code or a topic means, who says so, and what to do: the pages of `reputed explain`.
import { useState } from "preact/hooks";
import { useApi } from "../api.js";
import { settle, to } from "../router.js";
import { capital } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { CopyButton, Paste } from "../parts/copy.jsx";
import { Answer, Empty, Text } from "../parts/say.jsx";

export function Guides({ query }) {
	const all = useApi("explain");
	const [q, set] = useState(query.q || "");
	const words = q.toLowerCase().split(/\s+/).filter(Boolean);
	const fits = (g) => words.every((w) => (g.guide + " " + g.title + " " + g.summary + " " + g.topics.join(" ")).toLowerCase().includes(w));
	return (
		<>
			<h1>Guides</h1>
			<div class="filters">
				<input type="search" aria-label="Find a guide" placeholder="Code, topic or words of a reply" value={q} onInput={(e) => {
					set(e.currentTarget.value);
					settle({ q: e.currentTarget.value });
				}} />
				{q && <a href={to("guide", q)}>What “{q}” means as a reply</a>}
			</div>
			<Answer of={all} rows={8}>{(d) => {
				const found = d.filter(fits);
				return found.length ? (
					<div class="cards">
						{found.map((g) => (
							<article key={g.guide} class="card">
								<h2><a href={to("guide", g.guide)}>{g.title}</a></h2>
								<p class="soft">{g.summary}</p>
							</article>
						))}
					</div>
				) : <Empty title="No guide has these words"><p><a href={to("guide", q)}>Read it as the reply of a mail server</a></p></Empty>;
			}}</Answer>
		</>
	);
}

function Blocks({ of }) {
	const out = [];
	let items = null;
	for (const b of of) {
		if (b.kind === "item") {
			if (!items)
				out.push((items = { kind: "list", of: [] }));
			items.of.push([b]);
		} else if (b.kind === "more" && items) {
			items.of[items.of.length - 1].push(b);
		} else {
			items = null;
			out.push(b);
		}
	}
	const one = (b, i) => (b.kind === "paste" ? <Paste key={i} text={b.text} /> : <p key={i}><Text of={b.text} /></p>);
	return out.map((b, i) => (b.kind === "list" ? <ul key={i}>{b.of.map((li, k) => <li key={k}>{li.map((x, m) => (m ? one(x, m) : <Text key={m} of={x.text} />))}</li>)}</ul> : one(b, i)));
}

function Page({ g }) {
	return (
		<article class="guide">
			<p class="lead">{g.summary}</p>
			{g.sections.map((s) => <section key={s.section}><h2>{s.title}</h2><Blocks of={s.blocks} /></section>)}
			{g.views.length > 0 && (
				<section>
					<h2>Who says so</h2>
					{g.views.map((v, i) => <div key={i} class="reply"><p><b>{v.who}</b>{v.since && <span class="soft">, {v.since_read ? "read" : "since"} {v.since}</span>}: <Text of={v.says} /></p><p class="soft small">{v.source}{v.url && <> · {v.url}</>}</p></div>)}
				</section>
			)}
			{g.see.length > 0 && <p>See also {g.see.map((s, i) => <span key={s}>{i ? ", " : ""}<a href={to("guide", s)}>{s}</a></span>)}.</p>}
		</article>
	);
}

function Rule({ r, below }) {
	return (
		<article class="card">
			<h2><Badge state={r.class in { blocked: 1, listed: 1, throttled: 1 } ? r.class : "unknown"} word={r.class} /> {r.rule}</h2>
			<p><Text of={r.meaning} /></p>
			<p><b>What to do:</b> <Text of={r.remedy} /></p>
			{r.url && <p class="soft">Form or page: <span class="value">{r.url}</span> <CopyButton text={r.url} what="Copy the address" /></p>}
			<p class="soft small">Source: {r.source}.{r.certain ? "" : " How this reply is read is not certain."}</p>
			{r.guide && r.guide.guide !== below && <p><a href={to("guide", r.guide.guide)}>{r.guide.title}</a></p>}
		</article>
	);
}

export function Guide({ id }) {
	const answer = useApi("explain", { topic: id });
	const d = answer.data;
	const page = d && !Array.isArray(d) ? d : null;
	const rules = Array.isArray(d) && d.length && d[0].rule ? d : null;
	const topics = Array.isArray(d) && d.length && d[0].title ? d : null;
	return (
		<>
			<p class="crumb"><a href={to("guides")}>Guides</a> / {id}</p>
			<h1>{page ? page.title : rules && rules[0].guide ? rules[0].guide.title : capital(id)}</h1>
			<Answer of={answer}>{() => page ? <section class="card"><Page g={page} /></section> : rules ? (
				<>
					{rules.slice(0, 8).map((r) => <Rule key={r.rule} r={r} below={rules[0].guide && rules[0].guide.guide} />)}
					{rules[0].guide && <section class="card"><Page g={rules[0].guide} /></section>}
				</>
			) : topics ? (
				<div class="cards">{topics.map((g) => <article key={g.guide} class="card"><h2><a href={to("guide", g.guide)}>{g.title}</a></h2><p class="soft">{g.summary}</p></article>)}</div>
			) : <Empty title="Nothing is known about it"><p><a href={to("guides", null, { q: id })}>Search the guides</a></p></Empty>}</Answer>
		</>
	);
}
