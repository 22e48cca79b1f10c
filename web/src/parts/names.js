// SPDX-License-Identifier: Apache-2.0
import { useApi } from "../api.js";

// Names of providers for people: of a small one its domain. `id` is of the API ("orange", "other/DOMAIN" or "other").
export function useNames() {
	const strips = useApi("strips", { span: "day" });
	const known = new Map((strips.data ? strips.data.rows : []).map((r) => [r.provider, r.provider_name]));
	return (provider, domain) => domain || known.get(provider) || provider;
}
