// SPDX-License-Identifier: Apache-2.0
import { to } from "../router.js";
import { feed, sentence } from "../words.js";
import { Text } from "./say.jsx";

// What is not watched, what that hides, and how to watch it: `not_watched` of the feeds.
export function Hides({ of }) {
	return (
		<ul class="hides">
			{of.map((w) => (
				<li key={w.what}>
					<p><b>{feed(w.what)}</b> hides {w.hides.replace(/\.$/, "")}.</p>
					<p class="soft"><Text of={sentence(w.do)} /> {w.topic && <a href={to("guide", w.topic)}>How to</a>}</p>
				</li>
			))}
		</ul>
	);
}
