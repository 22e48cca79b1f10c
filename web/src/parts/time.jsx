// SPDX-License-Identifier: Apache-2.0
import { utc, when } from "../fmt.js";

// A moment in the reader's zone; UTC when the pointer rests on it.
export function Time({ at, date }) {
	if (!at)
		return <span class="soft">not known</span>;
	return (
		<time datetime={at} title={utc(at)}>
			{when(at, date)}
		</time>
	);
}
