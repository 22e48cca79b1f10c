// SPDX-License-Identifier: Apache-2.0
// Icons of states, each of another shape, since colour alone tells nothing to many people.
const PATHS = {
	pulse: "M1 9h2.6l1.6-4.5 2.6 7.5 1.6-4.4h1.2L12 9h3",
	well: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM4.8 8.2l2.2 2.2 4.2-4.6",
	blocked: "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM4.7 8h6.6",
	throttled: "M8 2 14.7 13.6H1.3zM8 6.3v3.4M8 11.6v.3",
	listed: "M3 2.5h10v11H3zM5.5 5.8h5M5.5 8h5M5.5 10.2h3",
	failing: "M3.2 3.2l9.6 9.6M12.8 3.2l-9.6 9.6",
	junked: "M1.5 4.5h13v9h-13zM1.5 4.5l2-2.5h9l2 2.5M6 8h4",
	unknown: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM6 6.2a2 2 0 1 1 2.8 1.8c-.6.3-.8.6-.8 1.2M8 11.4v.2",
	over: "M2 8.4l3.8 3.8L14 4",
	info: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM8 7.2v4M8 4.7v.2",
	search: "M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2zM10.7 10.7 14.5 14.5",
	copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
	sun: "M8 4.8a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4zM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9l1.1 1.1M12 12l1.1 1.1M2.9 13.1 4 12M12 4l1.1-1.1",
	moon: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
	menu: "M2 4h12M2 8h12M2 12h12",
	up: "M3 10l5-5 5 5",
	down: "M3 6l5 5 5-5",
	same: "M2.5 6h11M2.5 10h11",
};

export function Icon({ is, label }) {
	return (
		<svg class="icon" viewBox="0 0 16 16" role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : "true"}>
			<path d={PATHS[is] || PATHS.unknown} />
		</svg>
	);
}
