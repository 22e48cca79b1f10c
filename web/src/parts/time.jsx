// SPDX-License-Identifier: Apache-2.0
import { utc, utcDay, when } from "../fmt.js";

// A moment in the reader's zone, UTC when the pointer rests on it; or exact in UTC, as settings say.
// `utc`: a day of reports, which are days of UTC.
export function Time({ at, date, utc: whole }) {
	if (!at)
		return <span class="soft">not known</span>;
	return (
		<time datetime={at} title={utc(at)}>
			{whole ? utcDay(at) : when(at, date)}
		</time>
	);
}
