// SPDX-License-Identifier: Apache-2.0
// What stands around each screen: where one can go, the search, whether the page is live, who is logged in.
import { useState } from "preact/hooks";
import { logOut, session, useApi } from "./api.js";
import { live } from "./live.js";
import { route, to } from "./router.js";
import { Search } from "./search.jsx";
import { drawn, setTheme, theme } from "./theme.js";
import { Icon } from "./parts/icons.jsx";

export const PLACES = [
	["Now", [["overview", "Overview", "o"], ["incidents", "Incidents", "i"], ["queue", "Queue", "q"], ["timeline", "Timeline", "t"]]],
	["Your mail", [["providers", "Providers", "p"], ["sources", "Sources", "s"], ["domains", "Domains", "d"], ["complaints", "Bounces and complaints", "c"]]],
	["Reports", [["dmarc", "DMARC", "m"], ["tls", "TLS", "l"]]],
	["More", [["guides", "Guides", "u"], ["settings", "Settings and feeds", "e"]]],
];
const PART_OF = { incident: "incidents", provider: "providers", source: "sources", domain: "domains", guide: "guides", feeds: "settings" };

function Nav({ done }) {
	const name = route.value.name;
	const here = PART_OF[name] || name;
	const open = useApi("incidents", { state: "open" });
	const troubles = open.data ? open.data.open : 0;
	return (
		<nav aria-label="Screens">
			{PLACES.map(([group, places]) => (
				<div key={group} class="nav-group">
					<h2>{group}</h2>
					<ul>
						{places.map(([n, word]) => (
							<li key={n}>
								<a href={to(n)} aria-current={n === here ? "page" : undefined} onClick={done}>
									{word}
									{n === "incidents" && troubles > 0 && <span class="count" aria-label={troubles + " open"}>{troubles}</span>}
								</a>
							</li>
						))}
					</ul>
				</div>
			))}
		</nav>
	);
}

const LIVE = { live: "live", poll: "every minute", off: "not connected" };

export function Shell({ children }) {
	const [open, setOpen] = useState(false);
	const dark = drawn.value === "dark"; // what is seen, whoever chose it; the icon is of what a click gives
	return (
		<div class={"shell" + (open ? " menu-open" : "")} data-theme-is={theme.value}>
			<a class="skip" href="#main" onClick={(e) => {
				e.preventDefault();
				document.getElementById("main").focus();
			}}>Skip to the content</a>
			<header class="top">
				<button type="button" class="plain menu" aria-expanded={open} aria-controls="side" onClick={() => setOpen(!open)}>
					<Icon is="menu" label="Menu" />
				</button>
				<a class="brand" href={to("overview")}><Icon is="pulse" />reputed</a>
				<Search />
				<span class={"live is-" + live.value} title={live.value === "live" ? "What changes is shown at once" : "Events do not come through: the page asks once a minute"}>
					<i aria-hidden="true" />{LIVE[live.value]}
				</span>
				<button type="button" class="plain" onClick={() => setTheme(dark ? "light" : "dark")}>
					<Icon is={dark ? "sun" : "moon"} label={dark ? "Switch to light colours" : "Switch to dark colours"} />
				</button>
			</header>
			<aside class="side" id="side" aria-label="Menu">
				<Nav done={() => setOpen(false)} />
				<p class="who">
					<span>{session.value.user}</span>
					<button type="button" class="link" onClick={logOut}>Log out</button>
				</p>
			</aside>
			{children}
		</div>
	);
}
