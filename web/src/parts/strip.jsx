// SPDX-License-Identifier: Apache-2.0
// The heartbeat of a source at a provider: 90 cells. A state is told by height as well as by colour: the worse, the
// taller. Nothing was sent: a dot. Too little to tell: a stroke in the air. The log does not cover the time: nothing.
import { useState } from "preact/hooks";
import { iso, n, utc, when } from "../fmt.js";
import { badness, stateWord } from "../words.js";

const HEIGHT = { well: 12, quiet: 2, unknown: 12, junked: 17, throttled: 17, failing: 22, listed: 22, blocked: 24 };
const W = 4;
const tall = (s) => HEIGHT[s] || 8;

function shapes(states) {
	const by = {};
	states.forEach((s, i) => {
		if (s === null)
			return;
		by[s] = (by[s] || "") + "M" + (i * W + 0.5) + " " + (24 - tall(s)) + "h3v" + (s === "unknown" ? 3 : tall(s)) + "h-3z";
	});
	return Object.entries(by);
}

// For those who do not see it: what states it had, worst first, and for how much of the time.
function words(row) {
	const count = {};
	for (const s of row.states)
		if (s !== null)
			count[s] = (count[s] || 0) + 1;
	const said = Object.entries(count).sort((a, b) => badness(b[0]) - badness(a[0]))
		.map(([s, c]) => stateWord(s) + " in " + c);
	return (said.length ? "Of 90 cells: " + said.join(", ") : "The log covers none of it") + ". " + n(row.sum.accepted) + " accepted, " +
		n(row.sum.slowed) + " slowed, " + n(row.sum.refused) + " refused.";
}

export function Strip({ row, from, step }) {
	const [cell, point] = useState(null);
	const move = (e) => {
		const box = e.currentTarget.getBoundingClientRect();
		point(Math.max(0, Math.min(row.states.length - 1, Math.floor((e.clientX - box.left) / box.width * row.states.length))));
	};
	const at = cell === null ? null : iso(Date.parse(from) + cell * step * 1000);
	return (
		<div class="strip" onPointerMove={move} onPointerLeave={() => point(null)}>
			<svg viewBox={"0 0 " + row.states.length * W + " 24"} preserveAspectRatio="none" role="img" aria-label={words(row)}>
				{shapes(row.states).map(([s, d]) => <path key={s} class={"c-" + s} d={d} />)}
				{cell !== null && <rect class="c-here" x={cell * W} y="0" width={W} height="24" />}
			</svg>
			{cell !== null && (
				<div class={"tip" + (cell > row.states.length / 2 ? " left" : "")} title={utc(at)}>
					<b>{when(at, step >= 86400)}</b> {row.states[cell] === null ? "not in the log" : row.states[cell] === "quiet" ? "nothing was sent"
						: stateWord(row.states[cell]) + ": " + n(row.accepted[cell]) + " accepted" +
							(row.slowed[cell] ? ", " + n(row.slowed[cell]) + " slowed" : "") +
							(row.refused[cell] ? ", " + n(row.refused[cell]) + " refused" : "")}
				</div>
			)}
		</div>
	);
}

export function StripKey() {
	return (
		<ul class="key" aria-label="What the heartbeat shows">
			{["well", "throttled", "blocked", "quiet", "unknown"].map((s) => (
				<li key={s}>
					<svg viewBox="0 0 12 24" aria-hidden="true">
						{[0, 1, 2].map((i) => <rect key={i} class={"c-" + s} x={i * W + 0.5} y={24 - tall(s)} width="3" height={s === "unknown" ? 3 : tall(s)} />)}
					</svg>
					{s === "quiet" ? "nothing sent" : s === "unknown" ? "too little to tell" : stateWord(s)}
				</li>
			))}
		</ul>
	);
}
