// SPDX-License-Identifier: Apache-2.0
// Times as the reader's clock has them, or exact and in UTC, as logs and tickets do. Remembered by this browser only.
import { signal } from "@preact/signals";
import { keep, kept } from "./theme.js";

const KEY = "reputed-zone";

// "local" or "utc"
export const zone = signal(kept(KEY, "local"));

export function setZone(value) {
	zone.value = value;
	keep(KEY, value);
}
