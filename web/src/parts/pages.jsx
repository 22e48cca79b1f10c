// SPDX-License-Identifier: Apache-2.0
import { settle } from "../router.js";

// `next` is the cursor of the API; the first page has none.
export function Pages({ next, query, more = "More", first = "From the beginning" }) {
	if (!next && !query.page)
		return null;
	return (
		<p class="card-go">
			{query.page && <button type="button" onClick={() => settle({ page: "" })}>{first}</button>}
			{next && <button type="button" onClick={() => settle({ page: next })}>{more}</button>}
		</p>
	);
}
