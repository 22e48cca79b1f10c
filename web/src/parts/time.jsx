// SPDX-License-Identifier: Apache-2.0
import { seconds, utc, utcDay, when } from "../fmt.js";

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

// Since when an alert is true. What is noticed now may be older.
export function Began({ alert }) {
	const since = alert.conditions.map((c) => c.since).sort()[0];
	return <>{since && seconds(alert.since) - seconds(since) > 3600 && <>since <Time at={since} utc={since.endsWith("T00:00:00Z")} />, </>}noticed <Time at={alert.since} /></>;
}
