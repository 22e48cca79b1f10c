// SPDX-License-Identifier: Apache-2.0
// So many of so many that are allowed, as cells; what is too much stands behind the last one.
export function Cells({ is, of }) {
	return (
		<span class="cells" aria-hidden="true">
			{Array.from({ length: Math.max(Math.min(is, 3 * of), of) }, (_, i) => <i key={i} class={i >= of ? "bad" : i < is ? (is > of - 2 ? "slow" : "ok") : ""} />)}
		</span>
	);
}
