// SPDX-License-Identifier: Apache-2.0
// One message, or all mail to one person. Whom is asked for goes in the body of a request: it stands in no address, no
// history and no log.
import { useEffect, useState } from "preact/hooks";
import { may, send } from "../api.js";
import { to } from "../router.js";
import { many, span } from "../fmt.js";
import { providerId } from "../words.js";
import { Badge } from "../parts/badge.jsx";
import { useNames, useWaits } from "../parts/names.js";
import { Empty, Failed, LeftOut, Loading } from "../parts/say.jsx";
import { Time } from "../parts/time.jsx";
import { traced } from "../search.jsx";

const STATE = { delivered: "well", waiting: "throttled", deferred: "throttled", returned: "failing", expired: "failing", mixed: "throttled", gone: "unknown" };
const STATUS = { sent: "well", deferred: "throttled", bounced: "failing", expired: "failing" };

function Reply({ text, meaning, rule }) {
	return (
		<>
			{meaning && <p>{meaning} {rule && <a href={to("guide", rule)}>More</a>}</p>}
			{text && <pre class="said-by" tabindex="0" role="group" aria-label="Reply">{text}</pre>}
		</>
	);
}

function Waiting({ w }) {
	const why = useWaits();
	return (
		<div class="finding">
			<p><b>{w.queue_id}</b> {why(w)}, since <Time at={w.arrived} />{w.expires && <>, returned <Time at={w.expires} /></>}{w.next_try_within_s !== null && ", next try within " + span(w.next_try_within_s)}.</p>
			<Reply {...w} />
		</div>
	);
}

export function Trace() {
	const name = useNames();
	const [got, set] = useState(null);
	const [error, say] = useState(null);
	const [busy, wait] = useState(false);
	const ask = async (subject) => {
		if (!subject)
			return;
		wait(true);
		say(null);
		try {
			set(await send("trace", { subject }));
		} catch (trouble) {
			set(null);
			say(trouble);
		}
		wait(false);
	};
	useEffect(() => {
		ask(traced.value);
	}, [traced.value]);
	return (
		<>
			<h1>Follow a message</h1>
			<form class="filters" onSubmit={(e) => {
				e.preventDefault();
				const subject = e.currentTarget.elements.subject.value.trim();
				if (subject === traced.value)
					ask(subject);
				traced.value = subject;
			}}>
				<input type="search" name="subject" key={traced.value} defaultValue={traced.value} aria-label="An address, a queue id or a Message-ID" placeholder="Address, queue id or Message-ID" autocomplete="off" required />
				<button disabled={busy || !may("trace")}>Follow it</button>
			</form>
			{!may("trace") && <Empty title="Your login may not look at single recipients"><p>Ask whoever runs reputed for the scope <code>trace</code>.</p></Empty>}
			{busy && !got && <Loading />}
			{error && <Failed error={error} />}
			{got && (
				<section class="card" data-messages={got.messages.length}>
					<p class="soft">{got.messages.length ? many(got.messages.length, "message") + ", the oldest first." : ""}{!got.queue_read && " The queue was not read."}</p>
					{got.messages.map((m, i) => (
						<article key={i} class="finding">
							<h3><Badge state={STATE[m.state] || "unknown"} word={m.state} />{m.stream} <span class="soft small">accepted <Time at={m.accepted} /></span></h3>
							{m.steps.map((s, k) => (
								<div key={k} class="reply">
									<p><Time at={s.time} /> <Badge state={STATUS[s.status] || "unknown"} word={s.status} /> {s.provider && <a href={to("provider", providerId(s))}>{name(s.provider, s.provider_domain)}</a>} <span class="soft">{s.host}{s.delay_s !== null && ", after " + span(s.delay_s)}, queue id {s.queue_id}</span></p>
									<Reply {...s} />
								</div>
							))}
							{m.waiting.map((w) => <Waiting key={w.queue_id} w={w} />)}
						</article>
					))}
					{got.waiting.map((w) => <Waiting key={w.queue_id} w={w} />)}
					<LeftOut n={got.left_out} what="message"><code>reputed trace --all</code> has them.</LeftOut>
					{!got.messages.length && !got.waiting.length && <Empty title="Nothing was found"><p>{got.counts_only ? "The database has counts only, no single deliveries." : "Single deliveries are kept for 90 days. Look whether the log of that time was read: "}{!got.counts_only && <a href={to("settings")}>feeds</a>}</p></Empty>}
				</section>
			)}
			{!got && !busy && !error && <Empty title="Where is a message?"><p>Give the address of a recipient, a queue id of the log, or a Message-ID. What you ask for is not stored, and stands in no log.</p></Empty>}
		</>
	);
}
