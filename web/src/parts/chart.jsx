// SPDX-License-Identifier: Apache-2.0
// A picture over time (uPlot), and the same as a table for those who do not see it.
// series: [{name, values, color (a custom property), fill, stack, dash}]; marks: [{at (s), word, kind}]
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { day, hm, n } from "../fmt.js";
import { drawn } from "../theme.js";
import { zone } from "../zone.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const said = (v) => n(v === null || v === undefined ? null : Math.round(v));
const stamp = (s, step) => {
	const d = new Date(s * 1000);
	return step >= 86400 ? day(d) : day(d) + ", " + hm(d);
};

// Values that stand on each other: the sum of each and all below it.
function stacked(series) {
	const sums = [];
	let below = null;
	for (const s of series) {
		if (!s.stack) {
			sums.push(s.values);
			continue;
		}
		const base = below;
		below = s.values.map((v, i) => (v === null ? null : v + ((base && base[i]) || 0)));
		sums.push(below);
	}
	return sums;
}

// Vertical lines with a word, above the values. A word stands right of its line, left of it where it would meet another
// line or word, and one row lower where both are taken; none is crossed by a line.
function markPlugin(marks) {
	return {
		hooks: {
			draw: (u) => {
				const c = u.ctx;
				const px = devicePixelRatio || 1;
				const { left: from, top, width, height } = u.bbox;
				c.save();
				c.font = 11 * px + "px system-ui, sans-serif";
				c.textBaseline = "top";
				c.textAlign = "left";
				c.lineWidth = px;
				const seen = marks.map((m) => ({ ...m, x: Math.round(u.valToPos(m.at, "x", true)), ink: colour(m.kind === "good" ? "ok-text" : m.kind === "slow" ? "slow-text" : m.kind === "bad" ? "bad-text" : "soft") }))
					.filter((m) => m.x >= from - 1 && m.x <= from + width + 1);
				for (const m of seen) {
					c.strokeStyle = m.ink;
					c.setLineDash(m.kind === "good" ? [] : [3 * px, 3 * px]);
					c.beginPath();
					c.moveTo(m.x, top);
					c.lineTo(m.x, top + height);
					c.stroke();
				}
				const taken = [];
				for (const m of seen.filter((x) => x.word)) {
					const w = c.measureText(m.word).width + 6 * px;
					const places = [];
					for (let row = 0; row < 4; row++)
						for (const at of [m.x + 2 * px, m.x - w - 2 * px])
							if (at >= from && at + w <= from + width)
								places.push({ at, end: at + w, row });
					const free = (p, lines) => !taken.some((t) => t.row === p.row && p.at < t.end && t.at < p.end) && !(lines && seen.some((o) => o !== m && o.x > p.at && o.x < p.end));
					const p = places.find((x) => free(x, true)) || places.find((x) => free(x, false)) || places[0];
					if (!p)
						continue;
					taken.push(p);
					const y = top + p.row * 14 * px;
					c.fillStyle = colour("card");
					c.fillRect(p.at, y, w, 14 * px);
					c.fillStyle = m.ink;
					c.fillText(m.word, p.at + 3 * px, y + px);
				}
				c.restore();
			},
		},
	};
}

// What became of mail: on each other, what was accepted at the bottom.
export const outcomes = (values) => [["accepted", "ok"], ["slowed", "slow"], ["refused", "bad"]].map(([name, color]) => ({ name, values: values(name), color, fill: true, stack: true }));

export function Chart({ title, x, step, series, marks = [], height = 180, sync, bare, data }) {
	const box = useRef(null);
	const plot = useRef(null);
	const [open, setOpen] = useState(false);
	const [at, point] = useState(null);
	const shape = JSON.stringify([series.map((s) => [s.name, s.color, s.fill, s.stack]), height, sync, bare, step, marks]);
	const rows = [x, ...stacked(series)];

	useEffect(() => {
		const ink = colour("soft");
		const line = colour("line");
		// drawn from the tallest down, so that each covers what stands on it
		const order = series.map((s, i) => i).reverse();
		const options = {
			tzDate: (t) => (zone.value === "utc" ? uPlot.tzDate(new Date(t * 1000), "Etc/UTC") : new Date(t * 1000)),
			width: box.current.clientWidth, height, legend: { show: false }, padding: [8, 8, bare ? 7 : 0, 0],
			cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false }, sync: sync ? { key: sync, setSeries: false } : undefined },
			scales: { x: { time: true }, y: { range: (u, min, max) => [0, Math.max(max * (marks.length ? 1.25 : 1.08), 4)] } },
			axes: [
				{ show: !bare, stroke: ink, font: "11px system-ui, sans-serif", grid: { show: false }, ticks: { stroke: line, size: 4 }, size: 30, space: 64,
					values: (u, ticks, i, space, incr) => ticks.map((t, k) => {
						const d = new Date(t * 1000);
						return incr >= 86400 || hm(d) === "00:00" ? day(d) : hm(d);
					}) },
				{ stroke: ink, font: "11px system-ui, sans-serif", grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 46, space: height < 100 ? 28 : 40,
					values: (u, ticks) => ticks.map(n) },
			],
			series: [{}, ...order.map((i) => {
				const s = series[i];
				return { stroke: colour(s.color), width: s.fill ? 1 : 1.5, fill: s.fill ? colour(s.color + "-fill") || colour(s.color) : undefined,
					points: { show: false }, spanGaps: false, paths: uPlot.paths.stepped({ align: 1 }), dash: s.dash };
			})],
			plugins: [markPlugin(marks)],
			hooks: { setCursor: [(u) => point(u.cursor.idx ?? null)] },
		};
		plot.current = new uPlot(options, [rows[0], ...order.map((i) => rows[i + 1])], box.current);
		const grow = new ResizeObserver(() => plot.current && box.current && plot.current.setSize({ width: box.current.clientWidth, height }));
		grow.observe(box.current);
		return () => {
			grow.disconnect();
			plot.current.destroy();
			plot.current = null;
		};
	}, [shape, drawn.value, zone.value]);

	useEffect(() => {
		if (plot.current)
			plot.current.setData([rows[0], ...series.map((s, i) => rows[i + 1]).reverse()]);
	}, [x, ...series.map((s) => s.values)]);

	const sum = (s) => s.values.reduce((a, v) => a + (v || 0), 0);
	const total = (s) => said(sum(s)) + " in all";
	return (
		<figure class="chart" {...data}>
			<figcaption>
				<span class="chart-title">{title}</span>
				{(series.length > 1 || !bare) && (
					<span class="legend">
						{series.map((s) => (
							<span key={s.name}><i class={"k-" + s.color} />{s.name} <b>{at === null ? "" : said(s.values[at])}</b></span>
						))}
					</span>
				)}
				<span class="chart-at">{at === null || x[at] === undefined ? "" : stamp(x[at], step)}{series.length === 1 && at !== null ? ": " + said(series[0].values[at]) : ""}</span>
			</figcaption>
			<div class="plot" ref={box} role="img" aria-label={title + ": " + series.map((s) => s.name + " " + total(s)).join(", ") +
				(marks.length ? ". " + marks.map((m) => m.word + " " + stamp(m.at, step)).join(", ") : "") + ". The numbers are in the table below."} />
			<details class="numbers" onToggle={(e) => setOpen(e.currentTarget.open)}>
				<summary>The numbers of “{title}”</summary>
				{open && (
					<div class="scroll" tabindex="0" role="region" aria-label={"The numbers of " + title}>
						<table>
							<thead><tr><th scope="col">From</th>{series.map((s) => <th key={s.name} scope="col" class="num">{s.name}</th>)}</tr></thead>
							<tbody>
								{x.map((t, i) => (
									<tr key={t}><th scope="row">{stamp(t, step)}</th>{series.map((s) => <td key={s.name} class="num">{said(s.values[i])}</td>)}</tr>
								))}
							</tbody>
						</table>
					</div>
				)}
			</details>
		</figure>
	);
}
