// SPDX-License-Identifier: Apache-2.0
// A table that turns into cards where it is narrow: each cell then has the name of its column.
// columns: [{name, of: row => content, num, wide, key}]
export function Table({ columns, rows, caption, keyOf, data }) {
	return (
		<table class="table" {...data}>
			{caption && <caption class="hidden">{caption}</caption>}
			<thead>
				<tr>{columns.map((c) => <th key={c.name} scope="col" class={c.num ? "num" : ""}>{c.name}</th>)}</tr>
			</thead>
			<tbody>
				{rows.map((r, i) => (
					<tr key={keyOf ? keyOf(r) : i}>
						{columns.map((c, k) => {
							const Cell = k === 0 ? "th" : "td";
							return (
								<Cell key={c.name} scope={k === 0 ? "row" : undefined} class={(c.num ? "num " : "") + (c.wide ? "wide" : "")} data-name={c.name}>
									<div class="cell">{c.of(r, i)}</div>
								</Cell>
							);
						})}
					</tr>
				))}
			</tbody>
		</table>
	);
}
