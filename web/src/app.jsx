// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { useEffect, useErrorBoundary, useLayoutEffect, useRef } from "preact/hooks";
import { session, whoAmI } from "./api.js";
import { follow, stop } from "./live.js";
import { route } from "./router.js";
import { Keys } from "./keys.jsx";
import { Shell } from "./shell.jsx";
import { Empty, Failed, Loading } from "./parts/say.jsx";
import { Complaints } from "./screens/complaints.jsx";
import { Dmarc } from "./screens/dmarc.jsx";
import { Domain, Domains } from "./screens/domain.jsx";
import { Guide, Guides } from "./screens/guides.jsx";
import { Incident } from "./screens/incident.jsx";
import { Incidents } from "./screens/incidents.jsx";
import { Login } from "./screens/login.jsx";
import { Overview } from "./screens/overview.jsx";
import { Provider, Providers } from "./screens/provider.jsx";
import { Queue } from "./screens/queue.jsx";
import { Settings } from "./screens/settings.jsx";
import { Source, Sources } from "./screens/source.jsx";
import { Timeline } from "./screens/timeline.jsx";
import { Tls } from "./screens/tls.jsx";
import { Trace } from "./screens/trace.jsx";

// name: [screen, screen when the address has no id]
const SCREENS = {
	overview: [Overview], incidents: [Incidents], incident: [Incident, Incidents], provider: [Provider, Providers],
	providers: [Providers], source: [Source, Sources], sources: [Sources], domain: [Domain, Domains], domains: [Domains],
	dmarc: [Dmarc], tls: [Tls], complaints: [Complaints], timeline: [Timeline], queue: [Queue], guide: [Guide, Guides],
	guides: [Guides], settings: [Settings], trace: [Trace], feeds: [Settings],
};

function Nothing() {
	return (
		<>
			<h1>No such page</h1>
			<Empty title="The address leads nowhere"><p><a href="#/">To the overview</a></p></Empty>
		</>
	);
}

// A screen that cannot be drawn says so, and the rest of the page goes on.
function Safe({ children }) {
	const [broken, again] = useErrorBoundary((error) => console.error(error));
	if (broken)
		return (
			<>
				<h1>This screen cannot be shown</h1>
				<Failed error={{ title: "That is a fault of reputed", why: String(broken.message), do: "The commands show the same: reputed status, reputed why. Please report it." }} />
				<p><button type="button" onClick={again}>Draw it again</button></p>
			</>
		);
	return children;
}

function Screen() {
	const r = route.value;
	const main = useRef(null);
	const first = useRef(true);
	useLayoutEffect(() => {
		// a reader of screens learns of the new screen, and Tab goes on from its heading
		if (!first.current) {
			scrollTo(0, 0);
			main.current.focus({ preventScroll: true });
		}
		first.current = false;
	}, [r.name, r.id]);
	const found = Object.hasOwn(SCREENS, r.name) ? SCREENS[r.name] : [Nothing];
	const Is = r.id === null && found[1] ? found[1] : found[0];
	return (
		<main id="main" ref={main} tabindex="-1" data-screen={r.name}>
			<Safe key={r.name + "/" + r.id}><Is id={r.id} query={r.query} /></Safe>
		</main>
	);
}

function App() {
	const who = session.value;
	useEffect(() => {
		whoAmI();
	}, []);
	useEffect(() => {
		if (who?.user)
			follow();
		else
			stop();
	}, [who?.user]);
	if (who === undefined)
		return <main class="alone"><Loading /></main>;
	if (who?.error)
		return <main class="alone"><h1>reputed</h1><Failed error={who.error} /><p><button type="button" onClick={whoAmI}>Ask again</button></p></main>;
	if (who === null)
		return <Login />;
	return <Keys><Shell><Screen /></Shell></Keys>;
}

render(<App />, document.getElementById("app"));
