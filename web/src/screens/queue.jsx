// SPDX-License-Identifier: Apache-2.0
import { useApi } from "../api.js";
import { to } from "../router.js";
import { between, bytes, list, many, n, span } from "../fmt.js";
import { capital, providerId } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { useNames, useWaits } from "../parts/names.js";
import { Answer, Empty, Text } from "../parts/say.jsx";
import { Table } from "../parts/table.jsx";
import { Time } from "../parts/time.jsx";

const few = (of, k = 3) => list([...of.slice(0, k).map((x) => x.name + " (" + n(x.count) + ")"), ...(of.length > k ? [n(of.length - k) + " more"] : [])]) || "–";

function Live({ name }) {
	const waits = useWaits();
	const config = useApi("config");
	const off = config.data && config.data.queue === "no";
	const queue = useApi(config.data && !off ? "queue" : null);
	return (
		<section class="card" aria-labelledby="q-title">
			<h2 id="q-title">In the queue of Postfix</h2>
			{off ? <Empty title="Nobody asks Postfix"><p>The configuration says <code>queue no</code>. What the log says is below; a listing of another machine can be read: <code>postqueue -j | reputed ingest -</code></p></Empty> : queue.error && !queue.data ? (
				<Empty title="The queue of this machine was not read"><p>{queue.error.why || queue.error.title}</p><p>{queue.error.do || "On the mail server: postqueue -j | reputed queue -"}</p></Empty>
			) : (
				<Answer of={queue}>{(d) => (
					<>
						<p class="big-line" data-is="live-queue" data-messages={d.messages}><strong class="big">{n(d.messages)}</strong> {d.messages === 1 ? "message" : "messages"} to {many(d.recipients, "recipient")}, {bytes(d.bytes)}</p>
						<p class="soft">Mail is returned after {span(d.lifetime_s)}, bounces after {span(d.bounce_lifetime_s)}{d.times_are_defaults ? " (Postfix's defaults: postconf was not asked)" : ""}.</p>
						{d.groups.length ? d.groups.map((g, i) => (
							<article key={i} class="finding">
								<h3><Badge state={g.class || "unknown"} word={g.class || waits(g)} /><span><a href={to("provider", g.provider)}>{name(g.provider)}</a>: {many(g.messages, "message")}</span></h3>
								{g.meaning && <p><Text of={g.meaning} /> {g.rule && <a href={to("guide", g.rule)}>More</a>}</p>}
								<p class="soft">{capital(waits(g))}; oldest <Time at={g.oldest} />, newest <Time at={g.newest} />{g.first_expires && <>; first returned <Time at={g.first_expires} /></>}{g.expire_within_day > 0 && <b class="bad-text">; {n(g.expire_within_day)} within a day</b>}{g.next_try_within_s !== null && <>; next try within {span(g.next_try_within_s)}</>}.</p>
								<p class="soft">To {few(g.domains)}; from {few(g.senders)}.</p>
								{g.text && <details class="more"><summary>The reply</summary><div class="reply"><pre tabindex="0" role="group" aria-label="Reply">{g.text}</pre></div></details>}
							</article>
						)) : <Empty good title="The queue is empty" />}
						{d.not_told_apart > 0 && <p class="soft small">{many(d.not_told_apart, "message")} of many kinds {d.not_told_apart === 1 ? "is" : "are"} counted above, and in no group.</p>}
						{d.skipped > 0 && <p class="soft small">{many(d.skipped, "line")} of the listing could not be read.</p>}
					</>
				)}</Answer>
			)}
		</section>
	);
}

export function Queue() {
	const waiting = useApi("waiting");
	const name = useNames();
	const why = useWaits();
	return (
		<>
			<h1>What waits</h1>
			<Live name={name} />
			<section class="card" aria-labelledby="known-title">
				<h2 id="known-title">What the log says is still waiting</h2>
				<Answer of={waiting}>{(d) => d.queue && d.queue.waiting.length ? (
					<Table keyOf={(w) => w.host + w.provider + w.domain + w.waits} rows={d.queue.waiting} columns={[
						{ name: "For", of: (w) => <a href={to("provider", w.domain ? w.provider + "/" + w.domain : w.provider)}>{name(w.provider, w.domain)}</a> },
						{ name: "Why", of: why },
						{ name: "Messages", num: true, of: (w) => n(w.messages) },
						{ name: "Oldest", num: true, of: (w) => span(between(w.oldest, d.queue.at)) },
						{ name: "First returned", of: (w) => <Time at={w.first_expires} /> },
						{ name: "Within a day", num: true, of: (w) => (w.expire_within_day ? <b class="bad-text">{n(w.expire_within_day)}</b> : "0") },
						...(d.queue.waiting.some((w) => w.host) ? [{ name: "Mail server", of: (w) => w.host }] : []),
					]} />
				) : <Empty good={!!d.queue} title={d.queue ? "Nothing waits" : "Nothing is known of the queue"}>{!d.queue && <p>Read the mail log, or <code>postqueue -j | reputed queue -</code></p>}</Empty>}</Answer>
			</section>
			{waiting.data && waiting.data.given_up.length > 0 && (
				<section class="card" aria-labelledby="up-title">
					<h2 id="up-title">Returned after waiting too long, 7 days</h2>
					<Table keyOf={(g) => g.provider + g.provider_domain} rows={waiting.data.given_up} columns={[
						{ name: "For", of: (g) => <a href={to("provider", providerId(g))}>{name(g.provider, g.provider_domain)}</a> },
						{ name: "Messages", num: true, of: (g) => n(g.messages) },
						{ name: "First", of: (g) => <Time at={g.first} /> },
						{ name: "Last", of: (g) => <Time at={g.last} /> },
						{ name: "Streams", wide: true, of: (g) => Object.entries(g.streams).map(([s, c]) => s + " (" + n(c) + ")").join(", ") },
					]} />
				</section>
			)}
		</>
	);
}
