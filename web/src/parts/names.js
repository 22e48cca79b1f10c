// SPDX-License-Identifier: Apache-2.0
import { useApi } from "../api.js";
import { waits } from "../words.js";

// Names of providers for people: of a small one its domain. `id` is of the API ("orange", "other/DOMAIN" or "other").
export function useNames() {
	const strips = useApi("strips", { span: "day" });
	const known = new Map((strips.data ? strips.data.rows : []).map((r) => [r.provider, r.provider_name]));
	return (provider, domain) => domain || known.get(provider) || provider;
}

// Why mail waits, by the trouble that is open now.
export function useWaits() {
	const open = useApi("incidents", { state: "open" });
	return (w) => waits(w, open.data ? open.data.incidents : []);
}
